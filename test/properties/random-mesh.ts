import type { Resource, ResourceKey } from '../../src/model/resource.js';
import { readBody } from '../../src/admission/admit.js';
import { kinds } from '../../src/registry.js';
import type { WorldChange } from '../../src/snapshot/world.js';

/** Numbers from a seed: the same for the same seed. */
export interface Dice {
  /** From 0 to `count` - 1. */
  roll(count: number): number;
  pick<Item>(items: readonly Item[]): Item;
}

export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (count: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    state = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
    return (state >>> 8) % count;
  };
  return { roll, pick: (items) => items[roll(items.length)]! };
}

const services = ['web', 'backend', 'edge', 'httpbin', 'orders', 'ghost'];
const selected = [...services, '*', '*'];
const names = ['a', 'b', 'c'];
export const proxyCount = 50;
const proxyName = (i: number): string => `dp-${i}`;

/** Kinds that change what proxies do; each has examples. */
const changing = kinds.filter(
  ({ type }) => !['Mesh', 'Dataplane', 'DataplaneInsight', 'GlobalSecret', 'Secret'].includes(type),
);

const mtls = (mode: string) => ({ enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode }] });
const meshes: readonly object[] = [
  {},
  { mtls: mtls('STRICT') },
  { mtls: mtls('PERMISSIVE') },
  { mtls: mtls('STRICT'), routing: { zoneEgress: true } },
  { routing: { localityAwareLoadBalancing: true } },
  { mtls: mtls('PERMISSIVE'), metrics: { enabledBackend: 'p', backends: [{ name: 'p', type: 'prometheus' }] } },
  {
    logging: { defaultBackend: 'file', backends: [{ name: 'file', type: 'file', conf: { path: '/tmp/log' } }] },
    tracing: {
      defaultBackend: 'zipkin',
      backends: [{ name: 'zipkin', type: 'zipkin', conf: { url: 'http://zipkin:9411/api/v2/spans' } }],
    },
  },
];

type Document = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

const makeMesh = (dice: Dice): Document => ({ type: 'Mesh', name: 'default', ...dice.pick(meshes) });

/** Sidecars, delegated and builtin gateways, some with connections redirected to them. */
export function makeProxy(i: number, dice: Dice): Document {
  const service = services[i % 5]!;
  const tags = { version: dice.pick(['v1', 'v2']), ...(dice.roll(4) === 0 ? { 'kuma.io/zone': 'east' } : {}) };
  const protocol = dice.pick([undefined, 'tcp', 'http', 'http', 'http2', 'grpc', 'kafka']);
  const outbound = Array.from({ length: 3 }, (_, k) => ({
    port: 10001 + k,
    tags: { 'kuma.io/service': services[(i + k + 1 + dice.roll(2)) % services.length]! },
  }));
  const address = `10.0.${dice.roll(3)}.${i + 1}`;
  const gateway = { tags: { 'kuma.io/service': service, ...tags } };
  if (service === 'edge' && i % 2 === 0)
    return { type: 'Dataplane', name: proxyName(i), networking: { address, gateway: { type: 'BUILTIN', ...gateway } } };
  const inbound = [
    {
      port: 8080,
      servicePort: 18080,
      tags: {
        'kuma.io/service': service,
        ...tags,
        ...(protocol === undefined ? {} : { 'kuma.io/protocol': protocol }),
      },
      ...(dice.roll(6) === 0 ? { state: 'NotReady' } : {}),
    },
  ];
  const isRedirected = i % 7 === 0;
  return {
    type: 'Dataplane',
    name: proxyName(i),
    networking: {
      address,
      ...(i % 11 === 0 ? { gateway } : { inbound }),
      outbound: isRedirected ? [] : outbound,
      ...(isRedirected
        ? {
            transparentProxying: {
              redirectPortInbound: 15006,
              redirectPortOutbound: 15001,
              ...(i % 2 === 0 ? { directAccessServices: ['backend'] } : {}),
            },
          }
        : {}),
    },
  };
}

const makeInsight = (dice: Dice): Document => ({
  type: 'DataplaneInsight',
  name: proxyName(dice.roll(proxyCount)),
  ...(dice.roll(3) === 0 ? {} : { mTLS: { issuedBackend: 'ca', supportedBackends: ['ca'] } }),
});

/** An example of a kind with other services, tags, targets and modes in it. */
function makeFromExample(dice: Dice): Document {
  const kind = dice.pick(changing);
  const { body } = dice.pick(kind.examples);
  return {
    ...(vary(body, dice) as Document),
    type: kind.type,
    name: dice.pick(kind.type.includes('Insight') ? ['dp-1', 'dp-2'] : names),
  };
}

function vary(value: unknown, dice: Dice, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => vary(each, dice));
  if (typeof value !== 'object' || value === null) {
    if (typeof value !== 'string') return value;
    if (key === 'kuma.io/service') return dice.pick(selected);
    if (key === 'version') return dice.pick(['v1', 'v2']);
    if (key === 'action') return dice.pick(['Allow', 'Deny', 'AllowWithShadowDeny']);
    return value;
  }
  if (key === 'targetRef' && dice.roll(2) === 0) return dice.pick(targetRefs(dice));
  return Object.fromEntries(
    Object.entries(value).map(([field, each]) => [
      field,
      field === 'name' && 'kind' in value && String(value.kind).startsWith('MeshService')
        ? dice.pick(services)
        : vary(each, dice, field),
    ]),
  );
}

const targetRefs = (dice: Dice): readonly object[] => [
  { kind: 'Mesh' },
  { kind: 'MeshService', name: dice.pick(services) },
  { kind: 'MeshSubset', tags: { version: 'v1' } },
  { kind: 'MeshServiceSubset', name: dice.pick(services), tags: { version: 'v2' } },
  { kind: 'MeshHTTPRoute', name: dice.pick(names) },
  { kind: 'MeshGateway', name: dice.pick(names) },
];

/** What a mesh begins with: proxies, and connections that go somewhere. */
export function firstDocuments(dice: Dice): readonly Document[] {
  const everything = [{ match: { 'kuma.io/service': '*' } }];
  const all = { sources: everything, destinations: everything };
  return [
    makeMesh(dice),
    ...Array.from({ length: proxyCount }, (_, i) => makeProxy(i, dice)),
    { type: 'TrafficRoute', name: 'all', ...all, conf: { destination: { 'kuma.io/service': '*' } } },
    { type: 'TrafficPermission', name: 'all', ...all },
    ...Array.from({ length: 12 }, () => makeFromExample(dice)),
  ];
}

/** One write of anything, or what makes something go away. */
export function makeWrite(dice: Dice): { readonly document: Document; readonly isGone: boolean } {
  switch (dice.roll(8)) {
    case 0:
      return { document: makeMesh(dice), isGone: false };
    case 1:
      return { document: makeInsight(dice), isGone: dice.roll(4) === 0 };
    case 2:
    case 3:
      return { document: makeProxy(dice.roll(proxyCount), dice), isGone: dice.roll(6) === 0 };
    default:
      return { document: makeFromExample(dice), isGone: dice.roll(3) === 0 };
  }
}

/** The change that a document stands for; undefined when admission refuses it. */
export function toChange(document: Document, revision: number, isGone = false): WorldChange | undefined {
  const kind = kinds.find(({ type }) => type === document.type);
  if (kind === undefined) return undefined;
  const mesh = kind.scope === 'mesh' ? 'default' : '';
  const key: ResourceKey = { type: document.type, mesh, name: document.name };
  if (isGone) return { revision, key, resource: undefined };
  const body = kind.scope === 'mesh' ? { ...document, mesh } : document;
  const read = readBody(kind, JSON.stringify(body), { maxDepth: 64 });
  if (!read.ok) return undefined;
  const time = '2026-01-01T00:00:00Z';
  const resource: Resource = {
    ...key,
    creationTime: time,
    modificationTime: time,
    creationRevision: revision,
    revision,
    spec: read.value.spec,
  };
  return { revision, key, resource };
}
