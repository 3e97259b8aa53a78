import type { Tags } from '../../src/model/resource.js';
import type { GatewayListenerPlan } from '../../src/plan/gateway-plan.js';
import type { HttpRoute } from '../../src/plan/http-plan.js';
import { computeFor, everything, type Document } from './plan-proxy.js';

/** A proxy that is a builtin gateway of the service `edge` at 10.0.0.9. */
export const gatewayProxy: Document = {
  type: 'Dataplane',
  name: 'edge-1',
  networking: { address: '10.0.0.9', gateway: { type: 'BUILTIN', tags: { 'kuma.io/service': 'edge' } } },
};

const edge = { match: { 'kuma.io/service': 'edge' } };

/** The MeshGateway of that proxy. */
export const meshGateway = (...listeners: readonly object[]): Document => ({
  type: 'MeshGateway',
  name: 'edge',
  selectors: [edge],
  conf: { listeners },
});

/** A MeshGatewayRoute for all listeners, or for those with the tags. */
export const gatewayRoute = (conf: object, { name = 'route', tags = {} } = {}): Document => ({
  type: 'MeshGatewayRoute',
  name,
  selectors: [{ match: { ...edge.match, ...tags } }],
  conf,
});

/** A destination of a MeshGatewayRoute. */
export const to = (service: string, weight = 1, tags: Tags = {}) => ({
  weight,
  destination: { 'kuma.io/service': service, ...tags },
});

/** A route of all requests. */
export const allRequests = (...backends: readonly object[]): Document =>
  gatewayRoute({ http: { rules: [{ matches: [{ path: { match: 'PREFIX', value: '/' } }], backends }] } });

/** A route of all connections. */
export const allConnections = (...backends: readonly object[]): Document =>
  gatewayRoute({ tcp: { rules: [{ backends }] } });

/** An older policy from every service to one, or to all. */
export const connectionPolicy = (type: string, conf: object, destination = '*', name = 'policy'): Document => ({
  ...everything,
  type,
  name,
  destinations: [{ match: { 'kuma.io/service': destination } }],
  conf,
});

/** What becomes of the gateway's proxy. */
export const computeGateway = (...documents: readonly Document[]) => computeFor([gatewayProxy, ...documents]);

/** The ports of the gateway, by name. */
export const portsOf = (...documents: readonly Document[]): Readonly<Record<string, GatewayListenerPlan>> =>
  Object.fromEntries(
    [...(computeGateway(...documents).plan.gateway?.listeners.values() ?? [])].map((port) => [port.name, port]),
  );

/** The routes of a port for requests, by host. */
export function routesOf(port: GatewayListenerPlan | undefined): Readonly<Record<string, readonly HttpRoute[]>> {
  const { traffic } = port!;
  return traffic.kind === 'http'
    ? Object.fromEntries(traffic.hosts.map(({ hostname, routes }) => [hostname, routes]))
    : {};
}
