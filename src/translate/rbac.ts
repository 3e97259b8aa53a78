import { namedConfig, type Filter, type Message } from '../envoy/resources.js';
import type { Permissions, Principal } from '../plan/listener-plan.js';
import { sanitizeStatName } from './names.js';

type EnvoyPrincipal = Message<'envoy.config.rbac.v3.Principal'>;
type Policy = Message<'envoy.config.rbac.v3.Policy'>;

/** The filter that lets in who may connect, counted by a name; without any policy it lets in nobody. */
export function translatePermissions(name: string, { allow, shadowDeny = [] }: Permissions): Filter {
  const policies = Object.fromEntries([...allow].map(([name, principals]) => [name, translatePolicy(principals)]));
  return namedConfig('envoy.filters.network.rbac', 'envoy.extensions.filters.network.rbac.v3.RBAC', {
    statPrefix: `${sanitizeStatName(name)}.`,
    rules: allow.size === 0 ? {} : { policies },
    ...(shadowDeny.length === 0
      ? {}
      : { shadowRules: { action: 'DENY', policies: { MeshTrafficPermission: translatePolicy(shadowDeny) } } }),
  });
}

const translatePolicy = (principals: readonly Principal[]): Policy => ({
  permissions: [{ any: true }],
  principals: principals.map(translatePrincipal),
});

function translatePrincipal(principal: Principal): EnvoyPrincipal {
  switch (principal.kind) {
    case 'any':
      return { any: true };
    case 'service':
      return { authenticated: { principalName: { exact: `spiffe://${principal.mesh}/${principal.service}` } } };
    case 'tag':
      return { authenticated: { principalName: { exact: `kuma://${principal.key}/${principal.value}` } } };
    case 'all-of':
      return { andIds: { ids: principal.principals.map(translatePrincipal) } };
    case 'any-of':
      return { orIds: { ids: principal.principals.map(translatePrincipal) } };
    case 'not':
      return { notId: translatePrincipal(principal.principal) };
  }
}
