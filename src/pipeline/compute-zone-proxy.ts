import type { EnvoyResources } from '../envoy/envoy-resources.js';
import { isPort } from '../model/dataplane.js';
import { compareBytes } from '../model/resource.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { EgressPlan } from '../plan/egress-plan.js';
import { planAdmin } from '../plan/own-listeners.js';
import type { ProxyNode } from '../plan/proxy-node.js';
import { findResource, type World } from '../snapshot/world.js';
import { translateCluster } from '../translate/cluster.js';
import { translateEgress } from '../translate/egress-listener.js';
import { translateAdmin } from '../translate/own-listeners.js';
import { meshSecrets } from '../translate/secrets.js';
import type { Policies } from './match-proxy.js';
import { planEgress } from './plan-egress.js';

interface ZoneProxySpec {
  readonly networking?: { readonly address?: string; readonly port?: number };
}

/** Names a zone proxy. */
export interface ZoneProxyKey {
  readonly name: string;
  readonly proxyType?: 'ingress' | 'egress';
}

const clusterOptions = { localityAware: false };

/**
 * What the connected proxy of a ZoneEgress is given, for all meshes; that of a ZoneIngress, to which other zones would
 * connect, has only its admin. Throws when its resource is gone.
 */
export function computeZoneProxy(
  world: World,
  { name, proxyType }: ZoneProxyKey,
  node: ProxyNode,
  policies: Policies,
): EnvoyResources {
  const type = proxyType === 'ingress' ? 'ZoneIngress' : 'ZoneEgress';
  const resource = findResource(world, { type, mesh: '', name });
  if (resource === undefined) throw new Error(`there is no ${type} ${name} any more`);
  const spec = resource.spec as ZoneProxySpec;
  const own = planAdmin(spec, node);
  const { address = '', port } = spec.networking ?? {};
  const plans = proxyType === 'egress' && isPort(port) ? planAll(world, address, policies) : [];
  const used = plans.filter(({ services }) => services.some(({ subsets }) => subsets.length > 0));
  const clusters: ClusterPlan[] = [
    ...own.clusters,
    ...plans.flatMap(({ services }) => services.map(({ cluster }) => cluster)),
  ];
  const listeners = [
    ...(own.admin === undefined ? [] : [translateAdmin(own.admin)]),
    ...(isPort(port) ? [translateEgress({ address, port }, used) ?? []].flat() : []),
  ];
  return {
    clusters: new Map(clusters.map((each) => [each.name, translateCluster(each, clusterOptions)])),
    endpoints: new Map(),
    listeners: new Map(listeners.map((listener) => [listener.name ?? '', listener])),
    routes: new Map(),
    secrets: new Map(used.flatMap(({ mesh }) => meshSecrets(mesh))),
    runtimes: new Map(),
  };
}

const planAll = ({ meshes }: World, address: string, policies: Policies): readonly EgressPlan[] =>
  [...meshes.values()]
    .sort((a, b) => compareBytes(a.name, b.name))
    .flatMap((snapshot) => planEgress(snapshot, address, policies) ?? []);
