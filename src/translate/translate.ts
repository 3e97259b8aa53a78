import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Cluster, Listener } from '../envoy/resources.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { translateCluster, translateWorkload } from './cluster.js';
import { translateEndpoints } from './endpoints.js';
import { translateInbound } from './inbound-listener.js';
import { translateOutbound } from './outbound-listener.js';

/** Renders a plan as Envoy resources. Total: whatever a plan can say has a rendering. */
export function translate(plan: ProxyPlan): EnvoyResources {
  const clusters = new Map<string, Cluster>();
  const listeners = new Map<string, Listener>();
  for (const inbound of plan.inbounds) {
    const listener = translateInbound(inbound);
    listeners.set(listener.name ?? '', listener);
    const workload = translateWorkload(inbound.workload);
    clusters.set(workload.name ?? '', workload);
  }
  for (const each of plan.outboundListeners.values()) {
    const listener = translateOutbound(each);
    listeners.set(listener.name ?? '', listener);
  }
  for (const cluster of plan.clusters.values()) clusters.set(cluster.name, translateCluster(cluster));
  return {
    clusters,
    endpoints: new Map(
      [...plan.clusters].map(([name, cluster]) => [name, translateEndpoints(cluster, plan.localityAware)]),
    ),
    listeners,
    routes: new Map(),
    secrets: new Map(),
  };
}
