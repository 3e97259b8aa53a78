import type { Cluster, ClusterLoadAssignment, Listener } from '../envoy/resources.js';
import { rememberByBoth, rememberByIdentity, rememberTexts, type TextMemo } from '../lib/remember.js';
import { makeShareValue } from '../lib/share-values.js';
import type { Endpoint } from '../model/endpoint.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import { translateCluster, type ClusterOptions } from '../translate/cluster.js';
import { translateEndpoints } from '../translate/endpoints.js';
import { translateOutbound, type OutboundAround } from '../translate/outbound-listener.js';
import {
  translateClusters,
  type ClusterRenderers,
  type Renderers,
  type TranslatedClusters,
} from '../translate/translate.js';

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
  // most changes leave the clusters of a proxy alone, or all but the endpoints of a few
  renderClusters: (owner, options, plans, lists) => {
    const before = newest.get(owner);
    const isSame = before?.options === options && hasSameItems(before.plans, plans);
    if (isSame && hasSameItems(before.lists, lists)) return before.value;
    const value = isSame
      ? { ...before.value, endpoints: renderMoved(before, lists) }
      : translateClusters(clusterRenderers, options, plans, lists);
    newest.set(owner, { options, plans: isSame ? before.plans : plans, lists, value });
    return value;
  },
};

type Lists = readonly (readonly Endpoint[] | undefined)[];

/** The clusters of a proxy as they were rendered last. */
interface Rendered {
  readonly options: ClusterOptions;
  readonly plans: readonly ClusterPlan[];
  readonly lists: Lists;
  readonly value: TranslatedClusters;
}

const newest = new WeakMap<object, Rendered>();

const hasSameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/** The endpoints again, where they are others; which clusters have some apart is a part of their plans. */
function renderMoved(
  { options, plans, lists: before, value }: Rendered,
  lists: Lists,
): TranslatedClusters['endpoints'] {
  const endpoints = new Map(value.endpoints);
  for (const [i, { name, locality }] of plans.entries()) {
    const list = lists[i];
    if (list !== undefined && list !== before[i])
      endpoints.set(name, clusterRenderers.renderEndpoints(name, list, { ...options, locality }));
  }
  return endpoints;
}

const shareListener = makeShareValue<Listener>();
const shareCluster = makeShareValue<Cluster>();
const assignmentsOf = rememberByIdentity<readonly Endpoint[], TextMemo<ClusterLoadAssignment>>(() =>
  rememberTexts<ClusterLoadAssignment>(),
);
