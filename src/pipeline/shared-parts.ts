import type { Cluster, ClusterLoadAssignment, Listener } from '../envoy/resources.js';
import { rememberByBoth, rememberByIdentity, rememberNewest, rememberTexts, type TextMemo } from '../lib/remember.js';
import { makeShareValue } from '../lib/share-values.js';
import type { Endpoint } from '../model/endpoint.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import { translateCluster, type ClusterOptions } from '../translate/cluster.js';
import { translateEndpoints } from '../translate/endpoints.js';
import { translateOutbound, type OutboundAround } from '../translate/outbound-listener.js';
import { translateClusters, type ClusterRenderers, type Renderers } from '../translate/translate.js';

// plans are the very same as long as no policy edits them, so that most are known without looking into them
const clusterRenderers: ClusterRenderers = {
  renderCluster: rememberByBoth((cluster: ClusterPlan, options: ClusterOptions) => {
    const { source, ...others } = cluster;
    const text = JSON.stringify([others, source.kind === 'instances' || source.kind === 'open' ? '' : source, options]);
    return shareCluster(text, () => translateCluster(cluster, options));
  }),
  renderEndpoints: (cluster, endpoints, options) => {
    const { localityAware, locality } = options;
    const text = `${localityAware} ${cluster}${locality === undefined ? '' : ` ${JSON.stringify(locality)}`}`;
    return assignmentsOf(endpoints)(text, () => translateEndpoints(cluster, endpoints, options));
  },
};

/** Renders what many proxies share once for all whose plans say the same of it. */
export const sharedParts: Renderers = {
  renderOutbound: rememberByBoth((listener: OutboundListenerPlan, around: OutboundAround) => {
    const text = JSON.stringify([listener, around]);
    return shareListener(text, () => translateOutbound(listener, around));
  }),
  // most changes leave the clusters of a proxy alone
  renderClusters: rememberNewest(
    (
      options: ClusterOptions,
      clusters: readonly ClusterPlan[],
      endpoints: readonly (readonly Endpoint[] | undefined)[],
    ) => translateClusters(clusterRenderers, options, clusters, endpoints),
  ),
};

const shareListener = makeShareValue<Listener>();
const shareCluster = makeShareValue<Cluster>();
const assignmentsOf = rememberByIdentity<readonly Endpoint[], TextMemo<ClusterLoadAssignment>>(() =>
  rememberTexts<ClusterLoadAssignment>(),
);
