import { packAny, type Cluster, type HttpProtocolOptions } from '../envoy/resources.js';
import { httpProtocolOptionsType } from '../envoy/type-urls.js';
import type { ClusterPlan, WorkloadPlan } from '../plan/proxy-plan.js';
import type { Protocol } from '../model/protocol.js';
import { socketAddress } from './address.js';
import { inboundIdleTimeout } from './defaults.js';
import { altStatName, workloadClusterName } from './names.js';

const httpProtocolOptionsName = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

const withHttpOptions = (options: HttpProtocolOptions): Partial<Cluster> => ({
  typedExtensionProtocolOptions: { [httpProtocolOptionsName]: packAny(httpProtocolOptionsType, options) },
});

/** The cluster of a service's instances; proxies speak HTTP/2 to each other, whatever is inside. */
export const translateCluster = ({ name }: ClusterPlan): Cluster => ({
  name,
  ...altStatName(name),
  type: 'EDS',
  edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: 'V3' } },
  ...withHttpOptions({ explicitHttpConfig: { http2ProtocolOptions: {} } }),
});

/** The cluster that leads from the proxy to the workload on the same host. */
export function translateWorkload(workload: WorkloadPlan): Cluster {
  const name = workloadClusterName(workload.port);
  return {
    name,
    ...altStatName(name),
    type: 'STATIC',
    connectTimeout: '10s',
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress(workload) } }] }],
    },
    ...workloadHttpOptions(workload.protocol),
  };
}

function workloadHttpOptions(protocol: Protocol): Partial<Cluster> {
  const common = { commonHttpProtocolOptions: { idleTimeout: inboundIdleTimeout } };
  switch (protocol) {
    case 'http':
      return withHttpOptions({ ...common, explicitHttpConfig: { httpProtocolOptions: {} } });
    case 'http2':
    case 'grpc':
      return withHttpOptions({ ...common, explicitHttpConfig: { http2ProtocolOptions: {} } });
    case 'tcp':
    case 'kafka':
    case 'unknown':
      return {};
  }
}
