import { createHash } from 'node:crypto';

import { serviceTag } from '../model/dataplane.js';
import { goJson } from '../lib/go-json.js';
import { rememberByBoth } from '../lib/remember.js';
import type { Resource } from '../model/resource.js';
import type { TargetRef } from '../model/target-ref.js';
import { resourceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { RuleItem } from './items.js';

/** The tag that stands for the requests of one rule of a MeshHTTPRoute. */
export const routeTag = '__rule-matches-hash__';

/** The part of a MeshHTTPRoute that policies on it look at. */
interface HttpRouteSpec {
  readonly to?: readonly {
    readonly targetRef: TargetRef;
    readonly rules?: readonly { readonly matches?: readonly unknown[] }[];
  }[];
}

/** Name of the requests that matches select: standard base64 of SHA-256 of their JSON as Go writes it (Kuma 2.5). */
export const nameMatches = (matches: readonly unknown[]): string =>
  createHash('sha256').update(goJson(matches)).digest('base64');

/**
 * The items of a policy whose top-level targetRef is a MeshHTTPRoute: what it says of destinations holds for the
 * requests of each rule of that route. Items of all other policies stay as they are.
 */
export function bindToRoute<Conf>(
  snapshot: MeshSnapshot,
  top: TargetRef,
  items: readonly RuleItem<Conf>[],
): readonly RuleItem<Conf>[] {
  if (top.kind !== 'MeshHTTPRoute') return items;
  const route = resourceOf(snapshot, 'MeshHTTPRoute', top.name ?? '');
  return route === undefined ? [] : (bindItems(items, route) as readonly RuleItem<Conf>[]);
}

const bindItems = rememberByBoth(
  (items: readonly RuleItem<unknown>[], { spec }: Resource): readonly RuleItem<unknown>[] =>
    ((spec as HttpRouteSpec).to ?? []).flatMap(({ targetRef, rules = [] }) =>
      rules.flatMap(({ matches = [] }) =>
        items.map((item) => ({
          ...item,
          subset: { [serviceTag]: targetRef.name ?? '', [routeTag]: nameMatches(matches) },
        })),
      ),
    ),
);
