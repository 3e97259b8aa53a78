import { outboundAddress, serviceTag, tagOf, type Dataplane } from '../../src/model/dataplane.js';
import { formatAddress } from '../../src/model/net.js';
import type { Tags } from '../../src/model/resource.js';
import { computeProxy } from '../../src/pipeline/compute-proxy.js';
import { policies } from '../../src/registry.js';
import { withVirtualOutbounds } from '../../src/rules/virtual-outbounds.js';
import { dataplaneOf, resourcesOf } from '../../src/snapshot/mesh-snapshot.js';
import { everything, snapshotOf, type Document } from '../plan/plan-proxy.js';
import { simulate, type Call, type Ends } from './simulate.js';

const service = (name: string, tags: Tags = {}): Tags => ({ 'kuma.io/service': name, ...tags });

/** An instance of a service; the number is the last byte of its address. */
const instance = (name: string, number: number, tags: Tags, inbound: object = {}): Document => ({
  type: 'Dataplane',
  name,
  networking: { address: `10.0.0.${number}`, inbound: [{ port: 80, servicePort: 8080, tags, ...inbound }] },
});

const consumed = ['backend', 'external-backend', 'api', 'shop', 'grpc', 'kafka', 'outside'];

/** The client: it has an outbound for each service; `networking` adds to it. */
export const frontend = (networking: object = {}, tags: Tags = {}): Document => ({
  type: 'Dataplane',
  name: 'frontend-1',
  networking: {
    address: '10.0.0.1',
    inbound: [{ port: 80, servicePort: 8080, tags: service('frontend', tags) }],
    outbound: consumed.map((name, i) => ({ port: 10_001 + i, tags: service(name) })),
    ...networking,
  },
});

/**
 * `backend` in three instances of two versions, which speak TCP; `api` in two versions and `shop`, which speak HTTP; one
 * each of `external-backend`, `grpc` and `kafka`.
 */
const services: readonly Document[] = [
  instance('backend-v0-1', 2, service('backend', { version: 'v0' })),
  instance('backend-v0-2', 3, service('backend', { version: 'v0' })),
  instance('backend-v1-1', 4, service('backend', { version: 'v1' })),
  instance('external-backend-1', 5, service('external-backend')),
  instance('api-v1-1', 6, service('api', { 'kuma.io/protocol': 'http', version: 'v1' })),
  instance('api-v2-1', 7, service('api', { 'kuma.io/protocol': 'http', version: 'v2' })),
  instance('shop-1', 8, service('shop', { 'kuma.io/protocol': 'http' })),
  instance('grpc-1', 9, service('grpc', { 'kuma.io/protocol': 'grpc' })),
  instance('kafka-1', 10, service('kafka', { 'kuma.io/protocol': 'kafka' })),
];

export const another = instance;

/** A builtin gateway of the service `edge`. */
export const edge: Document = {
  type: 'Dataplane',
  name: 'edge-1',
  networking: { address: '10.0.0.20', gateway: { type: 'BUILTIN', tags: service('edge') } },
};

/** TrafficRoute from and to every service, or to one. */
export const trafficRoute = (conf: object, name = 'route', destination = '*'): Document => ({
  ...everything,
  type: 'TrafficRoute',
  name,
  destinations: [{ match: service(destination) }],
  conf,
});

/** The route that a mesh begins with. */
export const straight = trafficRoute({ destination: { 'kuma.io/service': '*' } });

/** A backend of a route: `backend`, `backend v=1`; with its weight. */
export function ref(text: string, weight?: number): object {
  const [name = '', ...pairs] = text.split(' ');
  const tags = Object.fromEntries(pairs.map((pair) => pair.split('=')));
  return {
    ...(pairs.length === 0 ? { kind: 'MeshService', name } : { kind: 'MeshServiceSubset', name, tags }),
    ...(weight === undefined ? {} : { weight }),
  };
}

export const mesh = { kind: 'Mesh' };

/** MeshTCPRoute to one service. */
export const tcpRoute = (
  to: string,
  backendRefs: readonly object[] | undefined,
  { name = 'tcp', targetRef = mesh }: { readonly name?: string; readonly targetRef?: object } = {},
): Document => ({
  type: 'MeshTCPRoute',
  name,
  spec: {
    targetRef,
    to: [
      {
        targetRef: { kind: 'MeshService', name: to },
        ...(backendRefs === undefined ? {} : { rules: [{ default: { backendRefs } }] }),
      },
    ],
  },
});

/** MeshHTTPRoute to one service, by rules of matches and confs. */
export const httpRoute = (to: string, ...rules: readonly (readonly [match: object, conf: object])[]): Document => ({
  type: 'MeshHTTPRoute',
  name: 'http',
  spec: {
    targetRef: mesh,
    to: [
      {
        targetRef: { kind: 'MeshService', name: to },
        rules: rules.map(([match, conf]) => ({ matches: [match], default: conf })),
      },
    ],
  },
});

/** A call and where it starts: at an outbound of the client, or at an address of a proxy. */
export interface From extends Call {
  /** The client, unless another is named. */
  readonly from?: string;
  /** A service for which the client has an outbound, or an address at which the proxy listens. */
  readonly to: string;
}

/** Where a call ends, by the names of the Dataplanes. */
export function callIn(documents: readonly Document[], { from = 'frontend-1', to, ...call }: From): Ends {
  const own = documents.some(({ name }) => name === 'frontend-1') ? [] : [frontend()];
  const snapshot = snapshotOf([...own, ...services, ...documents]);
  const dataplane = dataplaneOf(snapshot, from)!;
  const { spec } = withVirtualOutbounds(snapshot, dataplane);
  const outbound = spec.networking?.outbound?.find(({ tags }) => tagOf(tags, serviceTag) === to);
  const at = outbound === undefined ? to : formatAddress({ address: outboundAddress(outbound), port: outbound.port });
  const ends = simulate(computeProxy(snapshot, dataplane, policies).resources, at, call);
  const names = new Map<string, string>(
    (resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[]).flatMap((each) =>
      (each.spec.networking?.inbound ?? []).flatMap(({ port, servicePort }) => {
        const address = each.spec.networking?.address ?? '';
        return [
          [`${address}:${port}`, each.name] as const,
          [`${address}:${servicePort ?? port}`, `workload of ${each.name}`] as const,
        ];
      }),
    ),
  );
  return Object.fromEntries(Object.entries(ends).map(([end, share]) => [names.get(end) ?? end, share]));
}
