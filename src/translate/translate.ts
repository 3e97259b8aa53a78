import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Cluster, ClusterLoadAssignment, Listener, RouteConfiguration } from '../envoy/resources.js';
import { rememberByBoth, rememberByIdentity, rememberTexts } from '../lib/remember.js';
import type { Endpoint } from '../model/endpoint.js';
import { showCallerTags } from '../plan/caller-match.js';
import type { ClusterPlan, ClusterSource, Origin } from '../plan/cluster-plan.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { translateCluster, type ClusterOptions } from './cluster.js';
import { translateEndpoints, type EndpointOptions } from './endpoints.js';
import { translateGatewayRoutes } from './gateway-http.js';
import { translateGatewayListener, translateGatewayRuntime } from './gateway-listener.js';
import { translateInbound, type InboundAround } from './inbound-listener.js';
import { translateOutbound, type OutboundAround } from './outbound-listener.js';
import { translateAdmin, translateDns, translateMetrics, translateProbes } from './own-listeners.js';
import { translatePass } from './pass-listener.js';
import { translateSecrets } from './secrets.js';
import type { Translation } from './translation.js';

/** How those parts are rendered that are the same for many proxies, or for one as long as they stay. */
export interface Renderers {
  readonly renderOutbound: (listener: OutboundListenerPlan, around: OutboundAround) => Listener;
  /** `owner` is the same for a proxy for long, and nobody else's. */
  readonly renderClusters: (
    owner: object,
    options: ClusterOptions,
    clusters: readonly ClusterPlan[],
    endpoints: readonly (readonly Endpoint[] | undefined)[],
  ) => TranslatedClusters;
}

/** How one cluster is rendered. */
export interface ClusterRenderers {
  readonly renderCluster: (cluster: ClusterPlan, options: ClusterOptions) => Cluster;
  readonly renderEndpoints: (
    cluster: string,
    endpoints: readonly Endpoint[],
    options: EndpointOptions,
  ) => ClusterLoadAssignment;
}

/** All clusters of a proxy, and the endpoints of those that get theirs apart. */
export interface TranslatedClusters {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly endpoints: ReadonlyMap<string, ClusterLoadAssignment>;
}

/** What is made of a plan whatever the endpoints are. */
export interface TranslatedParts {
  readonly resources: Pick<EnvoyResources, 'listeners' | 'routes' | 'secrets' | 'runtimes'>;
  /** Where the listeners come from, in their order. */
  readonly origins: readonly (readonly [name: string, origin: Origin])[];
}

/** Renders clusters, and at the same places their endpoints, by these means. */
export function translateClusters(
  { renderCluster, renderEndpoints }: ClusterRenderers,
  options: ClusterOptions,
  plans: readonly ClusterPlan[],
  lists: readonly (readonly Endpoint[] | undefined)[],
): TranslatedClusters {
  const clusters = new Map<string, Cluster>();
  const endpoints = new Map<string, ClusterLoadAssignment>();
  for (const [i, cluster] of plans.entries()) {
    const { name, locality } = cluster;
    clusters.set(name, renderCluster(cluster, options));
    const list = lists[i];
    if (list !== undefined) endpoints.set(name, renderEndpoints(name, list, { ...options, locality }));
  }
  return { clusters, endpoints };
}

const plainRenderers: Renderers = {
  renderOutbound: translateOutbound,
  renderClusters: (_owner, ...parts) =>
    translateClusters({ renderCluster: translateCluster, renderEndpoints: translateEndpoints }, ...parts),
};

// what policies leave alone is the same plan again when a proxy is computed once more
const inboundOnce = rememberByBoth(translateInbound);
const shareAround = rememberTexts<InboundAround>();
const adminOnce = rememberByIdentity(translateAdmin);
const metricsOnce = rememberByIdentity(translateMetrics);
const dnsOnce = rememberByIdentity(translateDns);

// the very same objects, so that what is made with them can be remembered by identity
const clusterOptions = { aware: { localityAware: true }, unaware: { localityAware: false } } as const;
// what goes out as bytes tells nothing of the caller
const surroundings = {
  redirected: { isTransparent: true, callerTags: '' },
  direct: { isTransparent: false, callerTags: '' },
} as const;
const aroundOnce = rememberByBoth(
  (callerTags: ProxyPlan['callerTags'], { isTransparent }: OutboundAround): OutboundAround => ({
    isTransparent,
    callerTags: showCallerTags({ callerTags }),
  }),
);

/** Renders all of a plan that does not depend on endpoints. */
export function translateParts(plan: ProxyPlan, renderers: Renderers = plainRenderers): TranslatedParts {
  const listeners = new Map<string, Listener>();
  const routes = new Map<string, RouteConfiguration>();
  const origins: [string, Origin][] = [];
  const addListener = (listener: Listener, origin: Origin): void => {
    listeners.set(listener.name ?? '', listener);
    origins.push([listener.name ?? '', origin]);
  };
  const around = surroundings[plan.isTransparent ? 'redirected' : 'direct'];
  const aroundInbound = shareAround(`${plan.isTransparent} ${plan.mesh}`, () => ({
    mesh: plan.mesh,
    isTransparent: plan.isTransparent,
  }));
  const aroundHttp = aroundOnce(plan.callerTags, around);
  for (const inbound of plan.inbounds.values()) addListener(inboundOnce(inbound, aroundInbound), 'inbound');
  for (const outbound of plan.outboundListeners.values())
    addListener(renderers.renderOutbound(outbound, outbound.traffic.kind === 'http' ? aroundHttp : around), 'outbound');
  for (const pass of plan.passListeners.values()) addListener(translatePass(pass), pass.origin);
  const { admin, metrics, probes, dns } = plan.own;
  if (admin !== undefined) addListener(adminOnce(admin), 'admin');
  if (metrics !== undefined) addListener(metricsOnce(metrics), 'prometheus');
  if (probes !== undefined) addListener(translateProbes(probes, plan.isTransparent), 'probe');
  if (dns !== undefined) addListener(dnsOnce(dns), 'dns');
  for (const gateway of plan.gateway?.listeners.values() ?? []) {
    const listener = translateGatewayListener(gateway, plan);
    if (listener.filterChains?.length === 0) continue;
    addListener(listener, 'gateway');
    if (gateway.traffic.kind === 'http')
      routes.set(gateway.name, translateGatewayRoutes(gateway, gateway.traffic, plan));
  }
  const runtimes = new Map(plan.gateway === undefined ? [] : [translateGatewayRuntime(plan.gateway)]);
  return { resources: { listeners, routes, secrets: translateSecrets(plan), runtimes }, origins };
}

/**
 * Renders a plan as Envoy resources. Total: whatever a plan can say has a rendering. `listEndpoints` says what a cluster
 * leads to at the moment, as far as that is sent apart from it; `parts` is what was rendered of the plan before.
 */
export function translate(
  plan: ProxyPlan,
  listEndpoints: (source: ClusterSource) => readonly Endpoint[] | undefined,
  renderers: Renderers = plainRenderers,
  parts: TranslatedParts = translateParts(plan, renderers),
): Translation {
  const options = clusterOptions[plan.localityAware ? 'aware' : 'unaware'];
  const plans = [...plan.clusters.values()];
  const lists = plans.map(({ source }) => listEndpoints(source));
  return {
    resources: { ...parts.resources, ...renderers.renderClusters(plan.own, options, plans, lists) },
    // few patches look at them
    origins: {
      get clusters() {
        return new Map(plans.map(({ name, origin }) => [name, origin]));
      },
      get listeners() {
        return new Map(parts.origins);
      },
    },
  };
}
