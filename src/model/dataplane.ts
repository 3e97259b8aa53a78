import { overlap } from './net.js';
import type { Resource, Tags } from './resource.js';

/** One port that a workload offers through its proxy. */
export interface Inbound {
  /** Port of the proxy's listener. */
  readonly port: number;
  /** Port of the workload; absent or 0 = `port`. */
  readonly servicePort?: number;
  /** Address of the proxy's listener; absent or empty = `networking.address`. */
  readonly address?: string;
  /** Address of the workload; absent or empty = that of the listener. */
  readonly serviceAddress?: string;
  readonly tags?: Tags;
  readonly state?: 'Ready' | 'NotReady' | 'Ignored' | number;
  readonly health?: { readonly ready?: boolean };
}

/** One service that a workload consumes through its proxy, at a local address. */
export interface Outbound {
  /** Absent or empty = 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  readonly tags?: Tags;
}

export interface Gateway {
  /** Absent = DELEGATED. */
  readonly type?: 'DELEGATED' | 'BUILTIN' | number;
  readonly tags?: Tags;
}

/** Ports of the proxy to which its host redirects connections; absent or 0 = none. */
export interface TransparentProxying {
  readonly redirectPortInbound?: number;
  readonly redirectPortInboundV6?: number;
  readonly redirectPortOutbound?: number;
  /** Services whose instances the workload reaches one by one; `*` stands for all. */
  readonly directAccessServices?: readonly string[];
  /** Services that the workload can reach by name; empty = all. */
  readonly reachableServices?: readonly string[];
}

/** A path at the proxy that leads to a health check of the workload. */
export interface ProbeEndpoint {
  readonly inboundPort?: number;
  readonly inboundPath?: string;
  readonly path?: string;
}

/** The part of a Dataplane's spec that the pure rooms look at; the whole shape is the schema of its kind. */
export interface DataplaneSpec {
  readonly networking?: {
    readonly address?: string;
    /** Address under which other proxies reach this one; absent or empty = `address`. */
    readonly advertisedAddress?: string;
    readonly gateway?: Gateway;
    readonly inbound?: readonly Inbound[];
    readonly outbound?: readonly Outbound[];
    readonly transparentProxying?: TransparentProxying;
  };
  readonly probes?: {
    readonly port?: number;
    readonly endpoints?: readonly ProbeEndpoint[];
  };
}

export type Dataplane = Resource<DataplaneSpec>;

/** The tag that names the service of an inbound, outbound or gateway. */
export const serviceTag = 'kuma.io/service';
export const protocolTag = 'kuma.io/protocol';
export const zoneTag = 'kuma.io/zone';
/** Of an outbound or a destination: the mesh that opens the service, when it is another one. */
export const meshTag = 'kuma.io/mesh';

/** The text, or the fallback when it is absent or empty (protobuf does not tell the two apart). */
export const orElse = (text: string | undefined, fallback: string): string =>
  text === undefined || text === '' ? fallback : text;

/** Address on which an inbound listens. */
export const inboundAddress = (dataplane: DataplaneSpec, inbound: Inbound): string =>
  orElse(inbound.address, dataplane.networking?.address ?? '');

/** True when an inbound, or the workload behind it, has the address and port. */
export const isInbound = (
  dataplane: DataplaneSpec,
  { address, port }: { readonly address: string; readonly port: number },
): boolean =>
  (dataplane.networking?.inbound ?? []).some((inbound) => {
    const own = inboundAddress(dataplane, inbound);
    return (
      (port === inbound.port && overlap(address, own)) ||
      (port === workloadPort(inbound) && overlap(address, orElse(inbound.serviceAddress, own)))
    );
  });

/** Port on which the workload of an inbound listens. */
export const workloadPort = (inbound: Inbound): number =>
  inbound.servicePort === undefined || inbound.servicePort === 0 ? inbound.port : inbound.servicePort;

/** Address on which the proxy takes the workload's connections to a service. */
export const outboundAddress = (outbound: Outbound): string => orElse(outbound.address, '127.0.0.1');

/** True when the host redirects connections in both directions, so that listeners need no ports of their own. */
export function redirects({ networking }: DataplaneSpec): boolean {
  const { redirectPortInbound, redirectPortOutbound } = networking?.transparentProxying ?? {};
  return isPort(redirectPortInbound) && isPort(redirectPortOutbound);
}

/** True for a port that is given; 0 is none. */
export const isPort = (port: number | undefined): port is number => port !== undefined && port !== 0;

/** True for a proxy that is a gateway of Kuma's own making (number 1 on the wire). */
export const isBuiltinGateway = (dataplane: DataplaneSpec): boolean =>
  dataplane.networking?.gateway !== undefined &&
  (dataplane.networking.gateway.type === 'BUILTIN' || dataplane.networking.gateway.type === 1);

/** Inbounds that are ignored take part in no matching and are no endpoints; they keep their listeners. */
export const isIgnored = (inbound: Inbound): boolean => inbound.state === 'Ignored' || inbound.state === 2;

/** True when other proxies may send connections to the inbound. */
export const isReady = (inbound: Inbound): boolean =>
  (inbound.state === undefined || inbound.state === 'Ready' || inbound.state === 0) &&
  (inbound.health === undefined || inbound.health.ready === true);

/** A tag's value; empty when it is absent. Safe for keys that are user text. */
export const tagOf = (tags: Tags | undefined, key: string): string =>
  tags !== undefined && Object.hasOwn(tags, key) ? (tags[key] ?? '') : '';

/** True when the tags hold every tag of the selector; `*` as value asks only for the key. */
export function matchesSelector(tags: Tags | undefined, selector: Tags): boolean {
  return Object.keys(selector).every((key) => {
    const want = selector[key];
    return tags !== undefined && Object.hasOwn(tags, key) && (want === '*' || tags[key] === want);
  });
}

/** All values of each tag of the proxy, over its inbounds and its gateway; values ascending. */
export function collectTags({ networking }: DataplaneSpec): ReadonlyMap<string, readonly string[]> {
  const { inbound = [], gateway } = networking ?? {};
  const values = new Map<string, Set<string>>();
  for (const tags of [...inbound.map((each) => each.tags ?? {}), gateway?.tags ?? {}]) {
    for (const [key, value] of Object.entries(tags)) values.set(key, (values.get(key) ?? new Set()).add(value));
  }
  return new Map([...values].map(([key, set]) => [key, [...set].sort()]));
}

/** The service by which the proxy is known where there can be but one: the first by name. */
export const identifyingService = (dataplane: DataplaneSpec): string =>
  collectTags(dataplane).get(serviceTag)?.[0] ?? 'unknown';
