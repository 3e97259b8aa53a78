import { toProtoDuration } from '../../lib/proto-duration.js';
import type { HashPolicy as HashPolicyPlan } from '../../plan/http-plan.js';
import type { HashPolicy } from './hash-policies.js';
import type { LoadBalancer } from './schema.js';

/** What requests are hashed by: that of the balancer that the type names, if it hashes. */
export function planHashPolicies({ type, ringHash, maglev }: LoadBalancer): HashPolicyPlan[] {
  switch (type) {
    case 'RingHash':
      return (ringHash?.hashPolicies ?? []).flatMap(planHashPolicy);
    case 'Maglev':
      return (maglev?.hashPolicies ?? []).flatMap(planHashPolicy);
    case 'RoundRobin':
    case 'LeastRequest':
    case 'Random':
      return [];
  }
}

/** Validation saw to it that what the type names is there. */
function planHashPolicy(policy: HashPolicy): HashPolicyPlan[] {
  const { terminal = false } = policy;
  switch (policy.type) {
    case 'Header':
      return policy.header === undefined ? [] : [{ kind: 'header', name: policy.header.name, terminal }];
    case 'Cookie':
      return policy.cookie === undefined ? [] : [{ ...planCookie(policy.cookie), terminal }];
    case 'QueryParameter':
      return policy.queryParameter === undefined
        ? []
        : [{ kind: 'query-parameter', name: policy.queryParameter.name, terminal }];
    case 'FilterState':
      return policy.filterState === undefined ? [] : [{ kind: 'filter-state', key: policy.filterState.key, terminal }];
    // Kuma 2.5: source addresses are never hashed
    case 'SourceIP':
      return [];
  }
}

const planCookie = ({ name, ttl, path }: NonNullable<HashPolicy['cookie']>) =>
  ({
    kind: 'cookie',
    name,
    ...(ttl === undefined ? {} : { ttl: toProtoDuration(ttl) }),
    ...(path === undefined ? {} : { path }),
  }) as const;
