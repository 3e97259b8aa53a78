import type { Resource } from '../../model/resource.js';
import type { LegacyPolicy, Policies, Policy } from '../../pipeline/match-proxy.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { warnOfLegacy } from './legacy-warnings.js';
import { warnOfTargetRef } from './target-ref-warnings.js';
import type { Warning } from './warning.js';

/**
 * What is probably wrong with a policy, one after the other: cheap doubts first, so that whoever only wants to know
 * whether there is any need not look at every proxy.
 */
export function* findWarnings(
  snapshot: MeshSnapshot,
  policy: Policy | LegacyPolicy,
  resource: Resource,
  policies: Policies,
  atMost = Infinity,
): Generator<Warning> {
  for (const { field, message } of resource.unknownFields ?? [])
    yield { code: 'unknown-field', field, message: `${message}; it was left out` };
  if ('matching' in policy) yield* warnOfLegacy({ snapshot, policy, resource, policies, atMost });
  else yield* warnOfTargetRef({ snapshot, policy, resource, policies, atMost });
}
