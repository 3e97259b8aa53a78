import { readEntries, readItems, readPath, readText } from './json-view.js';

/** An endpoint of a cluster. */
export interface EndpointView {
  /** `192.168.0.1:80`. */
  readonly address: string;
  /** `version=v0`, sorted. */
  readonly tags: readonly string[];
}

/** One destination of a listener. */
export interface DestinationView {
  readonly cluster: string;
  /** Undefined for the only destination. */
  readonly weight: number | undefined;
  /** Share of the connections, from 0 to 100. */
  readonly percent: number;
  readonly endpoints: readonly EndpointView[];
}

/** A listener that a workload connects to. */
export interface OutboundView {
  readonly address: string;
  readonly tags: readonly string[];
  readonly destinations: readonly DestinationView[];
}

const typeUrlOf = (type: string): string => `type.googleapis.com/envoy.config.${type}`;

/** The outbound listeners of a `_config` answer as Envoy gets them, by name. */
export const readOutboundListeners = (config: unknown): readonly unknown[] =>
  readEntries(config, 'xds', typeUrlOf('listener.v3.Listener'))
    .filter(([, listener]) => readText(listener, 'trafficDirection') === 'OUTBOUND')
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, listener]) => listener);

/** The outbound listeners of a `_config` answer with where they lead, by name. */
export const readOutbounds = (config: unknown): readonly OutboundView[] =>
  readOutboundListeners(config).map((listener) => ({
    address: readAddress(readPath(listener, 'address')),
    tags: readTags(readPath(listener, 'metadata', 'filterMetadata', 'io.kuma.tags')),
    destinations: readItems(listener, 'filterChains').flatMap((chain) => readDestinations(config, chain)),
  }));

function readDestinations(config: unknown, chain: unknown): readonly DestinationView[] {
  return readItems(chain, 'filters').flatMap((filter): readonly DestinationView[] => {
    const proxy = readPath(filter, 'typedConfig');
    const single = readText(proxy, 'cluster');
    if (single !== '')
      return [{ cluster: single, weight: undefined, percent: 100, endpoints: readEndpoints(config, single) }];
    const weighted = readItems(proxy, 'weightedClusters', 'clusters').map((item) => ({
      cluster: readText(item, 'name'),
      weight: Number(readText(item, 'weight')),
    }));
    const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
    return weighted.map(({ cluster, weight }) => ({
      cluster,
      weight,
      percent: (100 * weight) / total,
      endpoints: readEndpoints(config, cluster),
    }));
  });
}

/** Endpoints are delivered on their own, or stand in the cluster when its addresses are fixed. */
function readEndpoints(config: unknown, cluster: string): readonly EndpointView[] {
  const delivered = readPath(config, 'xds', typeUrlOf('endpoint.v3.ClusterLoadAssignment'), cluster);
  const fixed = readPath(config, 'xds', typeUrlOf('cluster.v3.Cluster'), cluster, 'loadAssignment');
  return readItems(delivered ?? fixed, 'endpoints')
    .flatMap((locality) => readItems(locality, 'lbEndpoints'))
    .map((endpoint) => ({
      address: readAddress(readPath(endpoint, 'endpoint', 'address')),
      tags: readTags(readPath(endpoint, 'metadata', 'filterMetadata', 'envoy.lb')),
    }));
}

function readAddress(address: unknown): string {
  const host = readText(address, 'socketAddress', 'address');
  return `${host.includes(':') ? `[${host}]` : host}:${readText(address, 'socketAddress', 'portValue')}`;
}

const readTags = (tags: unknown): readonly string[] =>
  readEntries(tags)
    .map(([name, value]) => `${name}=${String(value)}`)
    .sort();
