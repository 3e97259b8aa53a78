import { isBuiltinGateway, tagOf, type DataplaneSpec } from '../../model/dataplane.js';
import type { Around, Kind } from '../../model/kind.js';
import type { Facets, Tags } from '../../model/resource.js';
import type { Violation } from '../../model/violation.js';
import { dataplaneSchema, type DataplaneDocument } from './schema.js';
import { validateDataplane } from './validate.js';

/** The constraints of a mesh on its Dataplanes. */
interface MeshConstraints {
  readonly constraints?: {
    readonly dataplaneProxy?: {
      readonly requirements?: readonly { readonly tags?: Tags }[];
      readonly restrictions?: readonly { readonly tags?: Tags }[];
    };
  };
}

/** What lists filter on: the tags of each inbound, or of the gateway. */
function facetsOf(spec: DataplaneDocument): Facets {
  const { gateway, inbound = [] } = spec.networking ?? {};
  const tagSets = [...inbound.map(({ tags }) => tags ?? {}), ...(gateway === undefined ? [] : [gateway.tags ?? {}])];
  if (gateway === undefined) return { tagSets, gateway: null };
  return { tagSets, gateway: isBuiltinGateway(spec as DataplaneSpec) ? 'builtin' : 'delegated' };
}

/** A workload with a probe counts as not ready until its first health report; only on creation (Kuma 2.5). */
function complete(spec: DataplaneDocument, { previous }: Around): DataplaneDocument {
  const inbounds = spec.networking?.inbound;
  if (previous !== undefined || inbounds === undefined) return spec;
  return {
    ...spec,
    networking: {
      ...spec.networking,
      inbound: inbounds.map((inbound) => {
        if (inbound.serviceProbe === undefined) return inbound;
        const { port, servicePort, serviceAddress, address, tags, serviceProbe } = inbound;
        // in the order of the schema
        return withoutUndefined({
          port,
          servicePort,
          serviceAddress,
          address,
          tags,
          health: {},
          serviceProbe,
          state: 'NotReady' as const,
        });
      }),
    },
  };
}

const withoutUndefined = <Value extends object>(value: Value): { [Key in keyof Value]: NonNullable<Value[Key]> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [Key in keyof Value]: NonNullable<Value[Key]>;
  };

/** Who may join the mesh: the tags of every inbound must meet one requirement, and no restriction. */
function checkMembership(spec: DataplaneDocument, { mesh }: Around): Violation[] {
  const { requirements = [], restrictions = [] } =
    (mesh?.spec as MeshConstraints | undefined)?.constraints?.dataplaneProxy ?? {};
  const { inbound = [], gateway } = spec.networking ?? {};
  const places = [
    ...inbound.map(({ tags }, i) => ({ field: `networking.inbound[${i}].tags`, tags: tags ?? {} })),
    ...(gateway === undefined ? [] : [{ field: 'networking.gateway.tags', tags: gateway.tags ?? {} }]),
  ];
  return places.flatMap(({ field, tags }) => {
    const meets = (rule: { readonly tags?: Tags }): boolean =>
      Object.entries(rule.tags ?? {}).every(([key, value]) =>
        value === '*' ? tagOf(tags, key) !== '' : tagOf(tags, key) === value,
      );
    const unmet =
      requirements.length > 0 && !requirements.some(meets)
        ? [
            {
              field,
              message: `the mesh requires one of these sets of tags: ${requirements.map(describeTags).join(' or ')}`,
            },
          ]
        : [];
    const forbidden = restrictions
      .filter(meets)
      .map((rule) => ({ field, message: `the mesh refuses Dataplanes with the tags ${describeTags(rule)}` }));
    return [...unmet, ...forbidden];
  });
}

const describeTags = ({ tags }: { readonly tags?: Tags }): string =>
  `{${Object.entries(tags ?? {})
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')}}`;

/** The stored kind Dataplane: a proxy and the workload beside it. */
export const dataplane: Kind<DataplaneDocument> = {
  type: 'Dataplane',
  path: 'dataplanes',
  scope: 'mesh',
  singularDisplayName: 'Dataplane',
  pluralDisplayName: 'Dataplanes',
  form: 'flat',
  schema: dataplaneSchema,
  validate: validateDataplane,
  complete,
  check: (spec, _key, around) => checkMembership(spec, around),
  facets: facetsOf,
  filters: ['tag', 'gateway'],
  readOnly: false,
  insight: { type: 'DataplaneInsight', legacyPath: 'dataplanes+insights' },
  boundToMesh: true,
  kubernetesNamespaced: true,
  examples: [
    {
      summary: 'A workload that offers frontend and consumes backend',
      body: {
        type: 'Dataplane',
        mesh: 'default',
        name: 'frontend-1',
        networking: {
          address: '192.168.0.1',
          inbound: [
            {
              port: 8080,
              servicePort: 18080,
              tags: { app: 'frontend', 'kuma.io/protocol': 'http', 'kuma.io/service': 'frontend' },
            },
          ],
          outbound: [{ port: 10001, tags: { 'kuma.io/service': 'backend' } }],
        },
      },
    },
    {
      summary: 'One version of backend, with a health check of its port',
      body: {
        type: 'Dataplane',
        mesh: 'default',
        name: 'backend-v0-1',
        networking: {
          address: '192.168.0.2',
          inbound: [
            {
              port: 3001,
              tags: { 'kuma.io/protocol': 'tcp', 'kuma.io/service': 'backend', version: 'v0' },
              serviceProbe: { interval: '10s', timeout: '2s', unhealthyThreshold: 3, healthyThreshold: 1, tcp: {} },
            },
          ],
        },
      },
    },
    {
      summary: 'A delegated gateway: another gateway consumes services through the proxy',
      body: {
        type: 'Dataplane',
        mesh: 'default',
        name: 'kong-1',
        networking: {
          address: '192.168.0.3',
          gateway: { tags: { 'kuma.io/service': 'kong' } },
          outbound: [{ port: 10001, tags: { 'kuma.io/service': 'backend' } }],
        },
      },
    },
    {
      summary: 'A builtin gateway: the proxy itself is the gateway that a MeshGateway describes',
      body: {
        type: 'Dataplane',
        mesh: 'default',
        name: 'edge-1',
        networking: { address: '192.168.0.4', gateway: { tags: { 'kuma.io/service': 'edge' }, type: 'BUILTIN' } },
      },
    },
    {
      summary: 'Everything that a workload can say',
      body: {
        type: 'Dataplane',
        mesh: 'default',
        name: 'full-1',
        networking: {
          address: '192.168.0.10',
          advertisedAddress: '10.0.0.10',
          inbound: [
            {
              port: 8080,
              servicePort: 18080,
              serviceAddress: '127.0.0.1',
              address: '192.168.0.11',
              tags: { 'kuma.io/protocol': 'http', 'kuma.io/service': 'web', version: 'v1' },
              health: { ready: true },
              serviceProbe: { interval: '10s', timeout: '2s', unhealthyThreshold: 3, healthyThreshold: 1, tcp: {} },
            },
            { port: 8081, tags: { 'kuma.io/service': 'web-admin' }, state: 'Ignored' },
          ],
          outbound: [
            { address: '127.0.0.2', port: 10001, tags: { 'kuma.io/service': 'backend', version: 'v1' } },
            { port: 10002, tags: { 'kuma.io/service': 'redis' } },
          ],
          transparentProxying: {
            redirectPortInbound: 15006,
            redirectPortOutbound: 15001,
            directAccessServices: ['*'],
            redirectPortInboundV6: 15010,
            reachableServices: ['backend', 'redis'],
          },
          admin: { port: 9901 },
        },
        metrics: {
          name: 'prom',
          type: 'prometheus',
          conf: {
            aggregate: [{ address: '127.0.0.1', enabled: true, name: 'app', path: '/m', port: 8888 }],
            envoy: { filterRegex: 'x', usedOnly: true },
            path: '/metrics2',
            port: 1234,
            skipMTLS: true,
            tags: { 'kuma.io/service': 'm' },
          },
        },
        probes: { port: 9000, endpoints: [{ inboundPort: 8080, inboundPath: '/healthz', path: '/8080/healthz' }] },
      },
    },
  ],
};
