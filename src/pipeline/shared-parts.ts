import type { Cluster, ClusterLoadAssignment, Listener } from '../envoy/resources.js';
import { rememberByIdentity, rememberTexts } from '../lib/remember.js';
import { makeShareValue } from '../lib/share-values.js';
import type { Endpoint } from '../model/endpoint.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import { translateCluster } from '../translate/cluster.js';
import { translateEndpoints } from '../translate/endpoints.js';
import { translateOutbound } from '../translate/outbound-listener.js';
import type { Renderers } from '../translate/translate.js';

/** Renders what many proxies share once for all whose plans say the same of it. */
export const sharedParts: Renderers = {
  renderOutbound: (listener, around) => {
    // what goes out as bytes tells nothing of the caller
    const callerTags = listener.traffic.kind === 'http' ? around.callerTags : '';
    return listenersOf(listener)(`${around.isTransparent} ${callerTags}`, (surroundings) =>
      shareListener(`${surroundings} ${textOfListener(listener)}`, () => translateOutbound(listener, around)),
    );
  },
  renderCluster: (cluster, options) =>
    // where endpoints are plays a part only for those that are not sent apart
    clustersOf(cluster)(String(options.localityAware), (surroundings) =>
      shareCluster(`${surroundings} ${textOfCluster(cluster)}`, () => translateCluster(cluster, options)),
    ),
  renderEndpoints: (cluster, endpoints, options) =>
    assignmentsOf(endpoints)(JSON.stringify([cluster, options]), () => translateEndpoints(cluster, endpoints, options)),
};

const shareListener = makeShareValue<Listener>();
const shareCluster = makeShareValue<Cluster>();

// plans are the very same as long as no policy edits them, so that most are known without looking into them
const listenersOf = rememberByIdentity((_listener: OutboundListenerPlan) => rememberTexts<Listener>());
const clustersOf = rememberByIdentity((_cluster: ClusterPlan) => rememberTexts<Cluster>());
const assignmentsOf = rememberByIdentity((_endpoints: readonly Endpoint[]) => rememberTexts<ClusterLoadAssignment>());

const textOfListener = (listener: OutboundListenerPlan): string => JSON.stringify(listener);

const textOfCluster = ({ source, ...others }: ClusterPlan): string =>
  JSON.stringify([others, source.kind === 'instances' ? '' : source]);
