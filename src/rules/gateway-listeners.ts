import { matchesSelector, type Dataplane } from '../model/dataplane.js';
import type { GatewayListener, MeshGateway } from '../model/gateway.js';
import type { MeshGatewayRoute } from '../model/gateway-route.js';
import { compareBytes, type Tags } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { listenerTags } from './select-gateway.js';

/** The name that stands for every host. */
export const everyHost = '*';

/** A host name of a gateway's port, and the routes that hold there. */
export interface GatewayHost {
  readonly hostname: string;
  /** The listener that names the host, or the one for all hosts from which it is split off. */
  readonly listener: GatewayListener;
  /** The tags that stand for the listener; policies select by them. */
  readonly tags: Tags;
  /** By name. */
  readonly routes: readonly MeshGatewayRoute[];
}

/** A port of a builtin gateway; several listeners of a MeshGateway with one port are one. */
export interface GatewayPort {
  readonly port: number;
  readonly protocol: string;
  readonly crossMesh: boolean;
  /** The first listener of the port, whose settings count for all of them. */
  readonly listener: GatewayListener;
  /** Full names before those with a wildcard, that for all hosts last. */
  readonly hosts: readonly GatewayHost[];
}

/** The ports of a builtin gateway, ascending. */
export function gatewayPorts(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  gateway: MeshGateway,
): readonly GatewayPort[] {
  const byPort = new Map<number, GatewayListener[]>();
  for (const listener of gateway.spec.conf?.listeners ?? []) {
    const port = listener.port ?? 0;
    byPort.set(port, [...(byPort.get(port) ?? []), listener]);
  }
  const routes = resourcesOf(snapshot, 'MeshGatewayRoute') as readonly MeshGatewayRoute[];
  return [...byPort]
    .sort(([a], [b]) => a - b)
    .flatMap(([port, listeners]) => {
      const [first] = listeners;
      if (first === undefined) return [];
      const protocol = protocolName(first);
      const hosts = listeners.map((listener) => makeHost(dataplane, gateway, listener, routesFor(routes, protocol)));
      return [{ port, protocol, crossMesh: first.crossMesh === true, listener: first, hosts: splitHosts(hosts) }];
    });
}

/** The name of a listener's protocol; absent = number 0, which has no meaning. */
export const protocolName = ({ protocol }: GatewayListener): string =>
  protocol === undefined ? 'NONE' : String(protocol);

/** Routes for HTTP hold on HTTP listeners, routes for TCP on the others. */
function routesFor(routes: readonly MeshGatewayRoute[], protocol: string): readonly MeshGatewayRoute[] {
  const isHttp = protocol === 'HTTP' || protocol === 'HTTPS';
  const isTcp = protocol === 'TCP' || protocol === 'TLS';
  return routes.filter(
    ({ spec }) => (spec.conf?.http !== undefined && isHttp) || (spec.conf?.tcp !== undefined && isTcp),
  );
}

function makeHost(
  dataplane: Dataplane,
  gateway: MeshGateway,
  listener: GatewayListener,
  routes: readonly MeshGatewayRoute[],
): GatewayHost {
  const tags = listenerTags(dataplane, gateway.spec, listener);
  const { hostname = '' } = listener;
  return {
    hostname: hostname === '' ? everyHost : hostname,
    listener,
    tags,
    routes: routes.filter(({ spec }) => firstMatch(spec.selectors, tags) !== undefined),
  };
}

/** The first selector that tags hold; gateways look no further, unlike sidecars (Kuma 2.5). */
export const firstMatch = (selectors: readonly Selector[] | undefined, tags: Tags): Tags | undefined =>
  (selectors ?? []).map(({ match = {} }) => match).find((match) => matchesSelector(tags, match));

/**
 * Routes of the host for all names that have host names of their own go to the hosts of those names, which are made
 * where there are none.
 */
function splitHosts(hosts: readonly GatewayHost[]): readonly GatewayHost[] {
  const byName = new Map(hosts.map((host) => [host.hostname, { host, routes: new Set(host.routes) }]));
  const wild = byName.get(everyHost);
  if (wild !== undefined) {
    for (const route of wild.host.routes) {
      const names = route.spec.conf?.http?.hostnames ?? [];
      if (names.length === 0) continue;
      wild.routes.delete(route);
      for (const name of names) {
        const known = byName.get(name) ?? { host: { ...wild.host, hostname: name }, routes: new Set() };
        known.routes.add(route);
        byName.set(name, known);
        if (!name.startsWith('*.')) continue;
        for (const [other, { routes }] of byName) if (other.endsWith(name.slice(2))) routes.add(route);
      }
    }
  }
  return [...byName.values()]
    .map(({ host, routes }) => ({
      ...host,
      routes: [...routes]
        .filter((route) => holdsFor(route, host.hostname))
        .sort((a, b) => compareBytes(a.name, b.name)),
    }))
    .sort((a, b) => compareBytes(b.hostname, a.hostname));
}

/** A route without host names holds for every host, a host for all names takes every route. */
function holdsFor({ spec }: MeshGatewayRoute, hostname: string): boolean {
  const names = spec.conf?.http?.hostnames ?? [];
  return hostname === everyHost || names.length === 0 || names.some((name) => isSameHost(name, hostname));
}

/** Names are the same, or one has a wildcard in place of the other's first label. */
function isSameHost(a: string, b: string): boolean {
  if (a === b) return true;
  const [hostA, domainA] = splitLabel(a);
  const [hostB, domainB] = splitLabel(b);
  return (hostA === '*' || hostB === '*') && domainA === domainB;
}

function splitLabel(name: string): readonly [host: string, domain: string] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}
