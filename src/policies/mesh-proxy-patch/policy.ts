import type { TargetRef } from '../../model/target-ref.js';
import { appendLists } from '../../rules/merge.js';
import { applyModifications, findLeftOut } from '../../translate/patch/apply-modifications.js';
import type { Policy } from '../policy.js';
import { meshProxyPatchKind } from './kind.js';
import type { MeshProxyPatch, MeshProxyPatchConf } from './schema.js';

/** MeshProxyPatch: changes the configuration of Envoy after everything else. */
export const meshProxyPatch: Policy<MeshProxyPatch, MeshProxyPatchConf> = {
  kind: meshProxyPatchKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  single: {
    items: (spec, origin) => [{ subset: {}, conf: spec.default, origin }],
    merge: appendLists('appendModifications'),
  },
  patch: (translation, rules) =>
    applyModifications(translation, rules.single()?.appendModifications ?? [], 'mesh-proxy-patch'),
  patches: {
    field: 'spec.default.appendModifications',
    findLeftOut: (translation, rules) => findLeftOut(translation, rules.single()?.appendModifications ?? []),
    of: (spec) => (spec as MeshProxyPatch).default.appendModifications,
  },
};
