import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import type { MeshGateway } from '../model/gateway.js';
import type { MeshGatewayRoute } from '../model/gateway-route.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import { matchProxy, type MatchedPolicies, type Policies } from '../pipeline/match-proxy.js';
import { gatewayPorts, type GatewayHost, type GatewayPort } from '../rules/gateway-listeners.js';
import { selectForGateway } from '../rules/gateway-policies.js';
import type { LegacyResource } from '../rules/legacy-selection.js';
import { matcherOf } from '../rules/legacy-selection.js';
import { passThroughService } from '../rules/match-legacy.js';
import { isSelectedBy, selectGateway } from '../rules/select-gateway.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { dataplanesOf } from './dataplanes.js';
import { showMeta } from './show-meta.js';

/** The older policies that attach to a destination of a gateway's route. */
const destinationTypes = ['CircuitBreaker', 'FaultInjection', 'HealthCheck', 'RateLimit', 'Retry', 'Timeout'] as const;

/** A destination and the policies that hold for what goes there. */
interface Destination {
  readonly tags: Tags;
  readonly policies: ReadonlyMap<string, LegacyResource>;
}

/** `GET …/dataplanes/{name}/policies` of a builtin gateway: by port, host, route and destination. */
export function showGatewayPolicies({ target, legacy }: MatchedPolicies): object {
  const { snapshot, dataplane, gateway } = target;
  const ports = gateway === undefined ? [] : gatewayPorts(snapshot, dataplane, gateway);
  const whole = Object.fromEntries(
    legacy
      .filter(({ type, at }) => type === 'TrafficTrace' || (type === 'TrafficLog' && at.name === passThroughService))
      .map(({ type, policies: [policy] }) => [type, policy && showMeta(policy)]),
  );
  return {
    kind: 'MeshGatewayDataplane',
    gateway: { mesh: gateway?.mesh ?? '', name: gateway?.name ?? '' },
    listeners: ports.map(({ port, protocol, hosts }) => ({
      port,
      protocol,
      hosts: [...hosts].sort((a, b) => compareBytes(a.hostname, b.hostname)).map((host) => showHost(snapshot, host)),
    })),
    ...(Object.keys(whole).length === 0 ? {} : { policies: whole }),
  };
}

const showHost = (snapshot: MeshSnapshot, host: GatewayHost): object => ({
  hostName: host.hostname,
  routes: host.routes
    .map((route) => ({
      route: route.name,
      destinations: destinationsOf(snapshot, host, route).map(({ tags, policies }) => ({
        tags,
        policies: Object.fromEntries([...policies].map(([type, policy]) => [type, showMeta(policy)])),
      })),
    }))
    .filter(({ destinations }) => destinations.length > 0),
});

/** The destinations of a route, each once, ordered by their tags. */
function destinationsOf(snapshot: MeshSnapshot, host: GatewayHost, { spec }: MeshGatewayRoute): readonly Destination[] {
  const http = (spec.conf?.http?.rules ?? []).filter(({ matches = [] }) => matches.length > 0);
  const tags = [
    ...http.flatMap(({ filters = [] }) =>
      filters.flatMap(({ mirror }) => (mirror?.backend === undefined ? [] : [mirror.backend])),
    ),
    ...http.flatMap(({ backends = [] }) => backends),
    ...(spec.conf?.tcp?.rules ?? []).flatMap(({ backends = [] }) => backends),
  ].map(({ destination = {} }) => destination);
  const distinct = new Map(tags.map((each) => [describeTags(each), each]));
  return [...distinct]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([, each]) => ({ tags: each, policies: policiesOf(snapshot, host, each) }));
}

const describeTags = (tags: Tags): string =>
  Object.entries(tags)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** The most specific policy of each type from the listener to the destination. */
const policiesOf = (
  snapshot: MeshSnapshot,
  { tags: listener }: GatewayHost,
  destination: Tags,
): ReadonlyMap<string, LegacyResource> =>
  new Map(
    destinationTypes.flatMap((type) => {
      const policies = resourcesOf(snapshot, type) as readonly LegacyResource[];
      const best = selectForGateway(policies, { listener, destination });
      return best === undefined ? [] : [[type, best] as const];
    }),
  );

/** `GET …/{policy}/{name}/dataplanes`: where a policy attaches to one builtin gateway; undefined when nowhere. */
export function showGatewayAttachment(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  { type, name }: { readonly type: string; readonly name: string },
  policies: Policies,
): object | undefined {
  const gateway = selectGateway(snapshot, dataplane);
  const entry = {
    kind: 'MeshGatewayDataplane',
    dataplane: { mesh: dataplane.mesh, name: dataplane.name },
    gateway: { mesh: gateway?.mesh ?? '', name: gateway?.name ?? '' },
  };
  if (type === 'TrafficLog' || type === 'TrafficTrace') {
    const { legacy } = matchProxy(snapshot, dataplane, {
      targetRef: [],
      legacy: policies.legacy.filter(({ kind }) => kind.type === type),
    });
    const attaches = legacy.some(
      ({ at, policies: [policy] }) =>
        policy?.name === name && (at.type === 'dataplane' || at.name === passThroughService),
    );
    return attaches ? entry : undefined;
  }
  const ports = gateway === undefined ? [] : gatewayPorts(snapshot, dataplane, gateway);
  const listeners = ports
    .map((port) => ({ port: port.port, protocol: port.protocol, hosts: hostsWith(snapshot, port, type, name) }))
    .filter(({ hosts }) => hosts.length > 0);
  return listeners.length === 0 ? undefined : { ...entry, listeners };
}

const hostsWith = (snapshot: MeshSnapshot, { hosts }: GatewayPort, type: string, name: string): object[] =>
  hosts.flatMap((host) => {
    const routes = host.routes.flatMap((route) => {
      const destinations = destinationsOf(snapshot, host, route)
        .filter(({ policies }) => policies.get(type)?.name === name)
        .map(({ tags }) => tags);
      return destinations.length === 0 ? [] : [{ route: route.name, destinations }];
    });
    return routes.length === 0 ? [] : [{ hostName: host.hostname, routes }];
  });

/** `GET …/meshgateways/{name}/dataplanes`: the builtin gateways that any of its selectors selects. */
export const showGatewayDataplanes = (snapshot: MeshSnapshot, gateway: Resource): object =>
  listDataplanes(
    gatewaysIn(snapshot).filter((dataplane) => isSelectedBy(gateway as MeshGateway, matcherOf(dataplane))),
  );

/** `GET …/meshgatewayroutes/{name}/dataplanes`: the builtin gateways of which any host has the route. */
export const showRouteDataplanes = (snapshot: MeshSnapshot, route: Resource): object =>
  listDataplanes(
    gatewaysIn(snapshot).filter((dataplane) => {
      const gateway = selectGateway(snapshot, dataplane);
      const ports = gateway === undefined ? [] : gatewayPorts(snapshot, dataplane, gateway);
      return ports.some(({ hosts }) => hosts.some(({ routes }) => routes.some(({ name }) => name === route.name)));
    }),
  );

const gatewaysIn = (snapshot: MeshSnapshot): readonly Dataplane[] =>
  dataplanesOf(snapshot).filter(({ spec }) => isBuiltinGateway(spec));

const listDataplanes = (dataplanes: readonly Dataplane[]): object => ({
  total: dataplanes.length,
  items: dataplanes.map(({ mesh, name }) => ({ dataplane: { mesh, name } })),
});
