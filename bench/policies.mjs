// 500 policies of mixed types for a mesh of 50 services, as a mesh that has grown over years has them.

const services = 50;
const service = (i) => `svc-${((i % services) + services) % services}`;
const match = (name) => [{ match: { 'kuma.io/service': name } }];

/** Top-level targetRefs from wide to narrow: few policies are for all proxies. */
const topRef = (i) =>
  [
    { kind: 'MeshService', name: service(i) },
    { kind: 'MeshServiceSubset', name: service(i), tags: { version: `v${i % 2}` } },
    { kind: 'MeshSubset', tags: { version: `v${i % 2}` } },
    { kind: 'MeshService', name: service(i * 3) },
    { kind: 'Mesh' },
  ][i % 5];
const toRef = (i) => (i % 4 === 0 ? { kind: 'Mesh' } : { kind: 'MeshService', name: service(i * 7) });

const versions = (name) => [
  { kind: 'MeshServiceSubset', name, tags: { version: 'v0' }, weight: 90 },
  { kind: 'MeshServiceSubset', name, tags: { version: 'v1' }, weight: 10 },
];

const withTo = (conf) => (i) => ({ spec: { targetRef: topRef(i), to: [{ targetRef: toRef(i), default: conf(i) }] } });
const withSources = (conf) => (i) => ({
  sources: match(i % 3 === 0 ? '*' : service(i)),
  destinations: match(i % 7 === 0 ? '*' : service(i * 7)),
  conf: conf(i),
});

/** Type, path, and what a policy of the type says. */
const types = [
  [
    'MeshTCPRoute',
    'meshtcproutes',
    100,
    (i) => ({
      spec: {
        targetRef: topRef(i),
        to: [
          {
            targetRef: { kind: 'MeshService', name: service(i * 7) },
            rules: [{ default: { backendRefs: versions(service(i * 7)) } }],
          },
        ],
      },
    }),
  ],
  [
    'MeshTimeout',
    'meshtimeouts',
    100,
    withTo((i) => (i % 2 === 0 ? { idleTimeout: `${i + 1}s` } : { connectionTimeout: `${i + 1}s` })),
  ],
  ['MeshRetry', 'meshretries', 50, withTo((i) => ({ tcp: { maxConnectAttempt: (i % 9) + 1 } }))],
  ['MeshCircuitBreaker', 'meshcircuitbreakers', 50, withTo((i) => ({ connectionLimits: { maxConnections: i + 10 } }))],
  [
    'MeshTrafficPermission',
    'meshtrafficpermissions',
    50,
    (i) => ({
      spec: {
        targetRef: topRef(i),
        from: [
          {
            targetRef: i % 5 === 0 ? { kind: 'Mesh' } : { kind: 'MeshService', name: service(i * 7) },
            default: { action: 'Allow' },
          },
        ],
      },
    }),
  ],
  ['Timeout', 'timeouts', 50, withSources((i) => ({ connectTimeout: `${i + 1}s` }))],
  ['TrafficPermission', 'traffic-permissions', 50, (i) => ({ ...withSources(() => undefined)(i), conf: undefined })],
  ['TrafficRoute', 'traffic-routes', 30, withSources((i) => ({ destination: { 'kuma.io/service': service(i * 7) } }))],
  [
    'CircuitBreaker',
    'circuit-breakers',
    20,
    withSources((i) => ({ detectors: { totalErrors: { consecutive: i + 1 } } })),
  ],
];

/** Path below the mesh and body of each. */
export const makePolicies = (mesh) =>
  types.flatMap(([type, path, count, make]) =>
    Array.from({ length: count }, (_, i) => {
      const name = `${path}-${i}`;
      return { path: `${path}/${name}`, body: { type, mesh, name, ...make(i) } };
    }),
  );

/** A policy that reaches all proxies. */
export const meshWide = (mesh) => ({
  path: 'meshtimeouts/mesh-wide',
  body: {
    type: 'MeshTimeout',
    mesh,
    name: 'mesh-wide',
    spec: { targetRef: { kind: 'Mesh' }, to: [{ targetRef: { kind: 'Mesh' }, default: { idleTimeout: '1h' } }] },
  },
});

/** Policies whose cost is to be the same however many proxies there are, made so that each PUT changes something. */
export const makeChange = (mesh, i) => {
  const [type, path, , make] = [types[0], types[1], types[4], types[5]][i % 4];
  const name = `changed-${i % 40}`;
  return { path: `${path}/${name}`, body: { type, mesh, name, ...make(i) } };
};

/** One policy for all proxies whose destinations are the mesh and so many services. */
export const manyServices = (mesh, count) => ({
  path: 'meshtimeouts/many',
  body: {
    type: 'MeshTimeout',
    mesh,
    name: 'many',
    spec: {
      targetRef: { kind: 'Mesh' },
      from: undefined,
      to: [
        { kind: 'Mesh' },
        ...Array.from({ length: count }, (_, i) => ({ kind: 'MeshService', name: `far-${i}` })),
      ].map((targetRef, i) => ({ targetRef, default: { idleTimeout: `${i + 1}s` } })),
    },
  },
});

/** Clients told apart by 64 pairs of 32 tags: all combinations of them could not be listed in a lifetime. */
export const manyTags = (mesh) => ({
  path: 'meshtrafficpermissions/many',
  body: {
    type: 'MeshTrafficPermission',
    mesh,
    name: 'many',
    spec: {
      targetRef: { kind: 'Mesh' },
      from: Array.from({ length: 64 }, (_, i) => ({
        targetRef: { kind: 'MeshSubset', tags: { [`k${i % 32}`]: `v${i}`, [`k${(i + 1) % 32}`]: `w${i}` } },
        default: { action: i % 2 === 0 ? 'Allow' : 'Deny' },
      })),
    },
  },
});
