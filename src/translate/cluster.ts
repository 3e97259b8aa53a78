import { pack, type Cluster, type Message } from '../envoy/resources.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import { socketAddress } from './address.js';
import type { EndpointOptions } from './endpoints.js';
import { translateExternal, translateHost } from './external-cluster.js';
import { translateHealthCheck } from './health-check.js';
import { translateLoadBalancer } from './load-balancer.js';
import { altStatName } from './names.js';
import { translateOutlierDetection } from './outlier-detection.js';
import { upstreamTlsSocket } from './tls.js';

const httpProtocolOptionsName = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

/** What clusters depend on besides their own plan. */
export type ClusterOptions = Omit<EndpointOptions, 'locality'>;

/** A group of endpoints as Envoy is told of it; `options` are for endpoints that are not sent apart. */
export const translateCluster = (cluster: ClusterPlan, options: ClusterOptions): Cluster => ({
  name: cluster.name,
  ...statNameOf(cluster),
  ...translateSource(cluster, options),
  ...(cluster.connectTimeout === undefined ? {} : { connectTimeout: cluster.connectTimeout }),
  ...(cluster.bufferLimit === undefined ? {} : { perConnectionBufferLimitBytes: cluster.bufferLimit }),
  ...translateHttpOptions(cluster.http),
  ...(cluster.tls === undefined ? {} : { transportSocket: upstreamTlsSocket(cluster.tls) }),
  ...(cluster.circuitBreaker === undefined ? {} : { circuitBreakers: { thresholds: [{ ...cluster.circuitBreaker }] } }),
  ...(cluster.outlierDetection === undefined
    ? {}
    : { outlierDetection: translateOutlierDetection(cluster.outlierDetection) }),
  ...(cluster.healthChecks === undefined ? {} : { healthChecks: cluster.healthChecks.map(translateHealthCheck) }),
  ...translateCommonLb(cluster),
  ...(cluster.loadBalancer === undefined ? {} : translateLoadBalancer(cluster.loadBalancer)),
  ...(cluster.sourceAddress === undefined
    ? {}
    : { upstreamBindConfig: { sourceAddress: { address: cluster.sourceAddress, portValue: 0 } } }),
});

/** A gateway's clusters count by their service (Kuma 2.5). */
const statNameOf = ({ name, service, origin }: ClusterPlan): Pick<Cluster, 'altStatName'> =>
  altStatName(origin === 'gateway' ? service : name);

function translateSource(cluster: ClusterPlan, options: ClusterOptions): Cluster {
  const { source } = cluster;
  const name = cluster.origin === 'gateway' ? cluster.service : cluster.name;
  switch (source.kind) {
    case 'instances':
    case 'open':
      return { type: 'EDS', edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: 'V3' } } };
    case 'external':
      return translateExternal(name, source, { ...options, locality: cluster.locality });
    case 'address':
      return { type: 'STATIC', ...translateEndpoint(name, socketAddress(source)) };
    case 'host':
      return translateHost(name, source);
    case 'pipe':
      return { type: 'STATIC', ...translateEndpoint(name, { pipe: { path: source.path } }) };
    case 'original-destination':
      return { type: 'ORIGINAL_DST', lbPolicy: 'CLUSTER_PROVIDED' };
  }
}

const translateEndpoint = (clusterName: string, address: Message<'envoy.config.core.v3.Address'>): Cluster => ({
  loadAssignment: { clusterName, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] },
});

/** Bytes under way at most, as Envoy recommends at the edge. */
const edgeWindows = { initialStreamWindowSize: 65_536, initialConnectionWindowSize: 1_048_576 };

function translateHttpOptions(http: ClusterPlan['http']): Cluster {
  if (http === undefined) return {};
  const { idleTimeout, maxStreamDuration, maxConnectionDuration } = http;
  const common = {
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(maxConnectionDuration === undefined ? {} : { maxConnectionDuration }),
    ...(maxStreamDuration === undefined ? {} : { maxStreamDuration }),
  };
  const options: Message<typeof httpProtocolOptionsName> = {
    ...(Object.keys(common).length === 0 ? {} : { commonHttpProtocolOptions: common }),
    explicitHttpConfig:
      http.version === 1
        ? { httpProtocolOptions: {} }
        : { http2ProtocolOptions: http.hasEdgeWindows === true ? edgeWindows : {} },
  };
  return { typedExtensionProtocolOptions: { [httpProtocolOptionsName]: pack(httpProtocolOptionsName, options) } };
}

/** Weights of localities leave no room for failing on panic (Kuma 2.5). */
function translateCommonLb({ panic, locality }: ClusterPlan): Cluster {
  const isWeighted = locality?.kind === 'groups' && locality.isWeighted;
  if (panic === undefined && !isWeighted) return {};
  const { threshold, failTraffic } = panic ?? {};
  return {
    commonLbConfig: {
      ...(threshold === undefined ? {} : { healthyPanicThreshold: threshold === 0 ? {} : { value: threshold } }),
      ...(isWeighted ? { localityWeightedLbConfig: {} } : {}),
      ...(failTraffic === undefined || isWeighted
        ? {}
        : { zoneAwareLbConfig: failTraffic ? { failTrafficOnPanic: true } : {} }),
    },
  };
}
