import type { Message } from '../envoy/resources.js';
import type { HashPolicy } from '../plan/http-plan.js';

type EnvoyHashPolicy = Message<'envoy.config.route.v3.RouteAction.HashPolicy'>;

/** What requests are balanced by. */
export const translateHashPolicy = (policy: HashPolicy): EnvoyHashPolicy => ({
  ...translateSubject(policy),
  ...(policy.terminal ? { terminal: true } : {}),
});

function translateSubject(policy: HashPolicy): EnvoyHashPolicy {
  switch (policy.kind) {
    case 'header':
      return { header: { headerName: policy.name } };
    case 'cookie':
      return {
        cookie: {
          name: policy.name,
          ...(policy.ttl === undefined ? {} : { ttl: policy.ttl }),
          ...(policy.path === undefined ? {} : { path: policy.path }),
        },
      };
    case 'query-parameter':
      return { queryParameter: { name: policy.name } };
    case 'filter-state':
      return { filterState: { key: policy.key } };
  }
}
