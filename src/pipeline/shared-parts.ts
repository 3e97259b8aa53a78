import type { Cluster, ClusterLoadAssignment, Listener } from '../envoy/resources.js';
import { rememberByIdentity, rememberTexts } from '../lib/remember.js';
import type { Endpoint } from '../model/endpoint.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import { translateCluster } from '../translate/cluster.js';
import { translateEndpoints, type EndpointOptions } from '../translate/endpoints.js';
import { translateOutbound, type OutboundAround } from '../translate/outbound-listener.js';
import type { Renderers } from '../translate/translate.js';

/** Renders what many proxies share once for all proxies of a mesh whose plans say the same of it. */
export const shareParts = (snapshot: MeshSnapshot): Renderers => ({
  renderOutbound: (listener, around) => {
    // what goes out as bytes tells nothing of the caller
    const { isTransparent, callerTags } = around;
    const text = JSON.stringify([listener, isTransparent, listener.traffic.kind === 'http' ? callerTags : '']);
    return askOutbound(snapshot, { text, listener, around });
  },
  renderCluster: (cluster, options) => {
    const { source, ...others } = cluster;
    const text = JSON.stringify([others, source.kind === 'instances' ? '' : source, options]);
    return askCluster(snapshot, { text, cluster, options });
  },
  renderEndpoints: (cluster, endpoints, options) => {
    const text = JSON.stringify([cluster, options]);
    return assignmentsOf(endpoints)(text, () => translateEndpoints(cluster, endpoints, options));
  },
});

interface Outbound {
  readonly text: string;
  readonly listener: OutboundListenerPlan;
  readonly around: OutboundAround;
}

const askOutbound = derive({
  keyOf: ({ text }: Outbound) => text,
  answer: (_snapshot, { listener, around }): Listener => translateOutbound(listener, around),
});

interface SomeCluster {
  readonly text: string;
  readonly cluster: ClusterPlan;
  readonly options: EndpointOptions;
}

const askCluster = derive({
  keyOf: ({ text }: SomeCluster) => text,
  answer: (_snapshot, { cluster, options }): Cluster => translateCluster(cluster, options),
});

/** The assignments of some endpoints, by name of the cluster. */
const assignmentsOf = rememberByIdentity((_endpoints: readonly Endpoint[]) => rememberTexts<ClusterLoadAssignment>());
