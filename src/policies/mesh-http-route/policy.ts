import type { TargetRef } from '../../model/target-ref.js';
import { readItems } from '../../rules/items.js';
import { mergeByKey, mergeFields } from '../../rules/merge.js';
import type { Policy } from '../policy.js';
import { meshHTTPRouteKind } from './kind.js';
import type { HTTPRule, MeshHTTPRoute } from './schema.js';

/** The conf of one destination, in the form in which it is inspected; null where no rule was ever written. */
export interface MeshHTTPRouteConf {
  readonly Rules: readonly HTTPRule[] | null;
}

/** Rules with equal matches are one rule, of which lists that a later policy has replace earlier ones. */
export function mergeRules(confs: readonly MeshHTTPRouteConf[]): MeshHTTPRouteConf {
  const rules = mergeByKey(
    confs.map(({ Rules }) => Rules ?? []),
    // stored matches have their fields in one order
    ({ matches }) => JSON.stringify(matches),
    mergeFields,
  );
  return { Rules: rules.length === 0 ? null : rules };
}

/** MeshHTTPRoute: sends HTTP requests of selected proxies elsewhere, or changes them. */
export const meshHTTPRoute: Policy<MeshHTTPRoute, MeshHTTPRouteConf> = {
  kind: meshHTTPRouteKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: {
    items: (spec, origin) => readItems(spec.to, origin, ({ rules }): MeshHTTPRouteConf => ({ Rules: rules ?? null })),
    merge: mergeRules,
  },
};
