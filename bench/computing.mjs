#!/usr/bin/env node
// Measures what it costs to work out what proxies must do, without a server: first of all proxies, then after changes.
// `node --expose-gc bench/computing.mjs [PROXIES]` prints a table; run.mjs takes it as JSON (--json). BENCH_SETTING=title
// measures one setting alone.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root } from './servers.mjs';

const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
const { readBody } = await load('admission/admit.js');
const { computeProxy, findStale } = await load('pipeline/compute-proxy.js');
const { offlineNode } = await load('plan/proxy-node.js');
const { kinds, policies } = await load('registry.js');
const { dataplaneOf, emptySnapshot, nextSnapshot } = await load('snapshot/mesh-snapshot.js');
const { showConfig } = await load('explain/show-config.js');

const json = process.argv.includes('--json');
const proxies = Number(process.argv.find((each) => /^\d+$/.test(each)) ?? 1000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const services = 50;
const outbounds = 10;
const groups = proxies / 10;

const node = { ...offlineNode, admin: { address: '127.0.0.1', port: 9901 } };

const everyService = {
  sources: [{ match: { 'kuma.io/service': '*' } }],
  destinations: [{ match: { 'kuma.io/service': '*' } }],
};
const defaultPolicies = [
  { type: 'TrafficPermission', name: 'allow-all', ...everyService },
  {
    type: 'TrafficRoute',
    name: 'route-all',
    ...everyService,
    conf: { destination: { 'kuma.io/service': '*' }, loadBalancer: { roundRobin: {} } },
  },
  {
    type: 'Timeout',
    name: 'timeout-all',
    ...everyService,
    conf: {
      connectTimeout: '5s',
      tcp: { idleTimeout: '3600s' },
      http: { requestTimeout: '15s', idleTimeout: '3600s', streamIdleTimeout: '1800s', maxStreamDuration: '0s' },
    },
  },
  {
    type: 'CircuitBreaker',
    name: 'circuit-breaker-all',
    ...everyService,
    conf: { thresholds: { maxConnections: 1024, maxPendingRequests: 1024, maxRequests: 1024, maxRetries: 3 } },
  },
  {
    type: 'Retry',
    name: 'retry-all',
    ...everyService,
    conf: {
      http: { numRetries: 5, perTryTimeout: '16s', backOff: { baseInterval: '0.025s', maxInterval: '0.250s' } },
      tcp: { maxConnectAttempts: 5 },
      grpc: { numRetries: 5, perTryTimeout: '16s', backOff: { baseInterval: '0.025s', maxInterval: '0.250s' } },
    },
  },
];

const name = (i) => `dp-${i}`;
const service = (i) => `svc-${i % services}`;
const makeDataplane = (i, { mixed = false, moved = 0 } = {}) => ({
  type: 'Dataplane',
  name: name(i),
  networking: {
    address: `10.${moved}.${Math.floor(i / 256)}.${i % 256}`,
    inbound: [
      {
        port: 8080,
        servicePort: 18080,
        tags: {
          'kuma.io/protocol': mixed && i % 2 === 0 ? 'http' : 'tcp',
          'kuma.io/service': service(i),
          version: `v${Math.floor(i / services) % 2}`,
          group: `g${i % groups}`,
        },
      },
    ],
    outbound: Array.from({ length: outbounds }, (_, k) => ({
      port: 10001 + k,
      tags: { 'kuma.io/service': service(i + k + 1) },
    })),
  },
});

/** A route for connections to every fifth service: to each proxy two of its outbounds. */
const makeRoute = (routeName, targetRef, weight) => ({
  type: 'MeshTCPRoute',
  name: routeName,
  spec: {
    targetRef,
    to: Array.from({ length: services / 5 }, (_, k) => {
      const backendRefs = ['v0', 'v1'].map((version) => ({
        kind: 'MeshServiceSubset',
        name: service(k * 5),
        tags: { version },
        weight: version === 'v0' ? weight : 100 - weight,
      }));
      return { targetRef: { kind: 'MeshService', name: service(k * 5) }, rules: [{ default: { backendRefs } }] };
    }),
  },
});

const everywhere = {
  type: 'MeshTCPRoute',
  name: 'everywhere',
  spec: {
    targetRef: { kind: 'Mesh' },
    to: Array.from({ length: services }, (_, k) => ({ targetRef: { kind: 'MeshService', name: service(k) } })),
  },
};
const mesh = (spec = {}) => ({ type: 'Mesh', name: 'bench', ...spec });
const mtls = { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] };
const accessLog = {
  type: 'MeshAccessLog',
  name: 'log-all',
  spec: {
    targetRef: { kind: 'Mesh' },
    ...Object.fromEntries(
      ['to', 'from'].map((section) => [
        section,
        [{ targetRef: { kind: 'Mesh' }, default: { backends: [{ type: 'File', file: { path: '/dev/stdout' } }] } }],
      ]),
    ),
  },
};

/** `atMost` are the goals: of bare TCP, and three times as much for the others. */
const settings = [
  { title: 'bare TCP', documents: [mesh(), everywhere], factor: 1 },
  { title: 'default policies', documents: [mesh(), ...defaultPolicies], factor: 3 },
  { title: 'mTLS', documents: [mesh({ mtls }), ...defaultPolicies], factor: 3 },
  { title: 'access logs, mixed HTTP', documents: [mesh(), ...defaultPolicies, accessLog], factor: 3, mixed: true },
];

let revision = 0;
function toChange(document) {
  const kind = kinds.find(({ type }) => type === document.type);
  const { type, name: ofResource } = document;
  const read = readBody(kind, JSON.stringify(document), { maxDepth: 64 });
  if (!read.ok) throw new Error(`${type} ${ofResource}: ${JSON.stringify(read.error)}`);
  revision++;
  const time = '2026-01-01T00:00:00Z';
  const resource = {
    type,
    mesh: type === 'Mesh' ? '' : 'bench',
    name: ofResource,
    creationTime: time,
    modificationTime: time,
    creationRevision: revision,
    revision,
    spec: read.value.spec,
  };
  return { revision, type, name: ofResource, resource };
}

const write = (snapshot, ...documents) => nextSnapshot(snapshot, documents.map(toChange));
const compute = (snapshot, names) => {
  for (const each of names) computeProxy(snapshot, dataplaneOf(snapshot, each), policies, node);
};

function fill({ documents, mixed }) {
  const dataplanes = Array.from({ length: proxies }, (_, i) => makeDataplane(i, { mixed }));
  return write(emptySnapshot('bench'), ...documents, makeRoute('split', { kind: 'Mesh' }, 90), ...dataplanes);
}

/** Milliseconds of processor time, which other programs of a busy machine do not lengthen. */
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds, and what was made. */
function time(run) {
  const before = now();
  const made = run();
  return { ms: now() - before, made };
}

function measureHeap() {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** Milliseconds from a change to the last proxy, and how many proxies it was. */
function measureChange(snapshot, change) {
  const changes = [toChange(change)];
  const { ms, made } = time(() => {
    const next = nextSnapshot(snapshot, changes);
    const isStale = findStale(snapshot, next, policies);
    const stale = Array.from({ length: proxies }, (_, i) => name(i)).filter((each) => isStale(each));
    compute(next, stale);
    return { next, stale: stale.length };
  });
  return { ms, ...made };
}

function measureSetting(setting) {
  const all = Array.from({ length: proxies }, (_, i) => name(i));
  const figures = new Map();
  const note = (what, value, count) =>
    figures.set(what, { value: Math.min(value, figures.get(what)?.value ?? Infinity), count });
  for (let round = 0; round < rounds; round++) {
    let snapshot = fill(setting);
    // what proxies share is there once there is one of each sort
    const some = all.slice(0, Math.max(groups, services));
    const started = time(() => compute(snapshot, some));
    const shared = measureHeap();
    const rest = time(() => compute(snapshot, all));
    note('bytes per proxy', (measureHeap() - shared) / (all.length - some.length));
    note('first', started.ms + rest.ms, all.length);
    const change = (what, document) => {
      const { ms, next, stale } = measureChange(snapshot, document);
      note(what, ms, stale);
      snapshot = next;
    };
    change('insight', { type: 'DataplaneInsight', name: name(7) });
    for (const weight of [80, 70]) change('mesh-wide route', makeRoute('split', { kind: 'Mesh' }, weight));
    for (const weight of [60, 50])
      change('ten proxies', makeRoute('narrow', { kind: 'MeshSubset', tags: { group: 'g7' } }, weight));
    for (const moved of [1, 2]) change('endpoint moved', makeDataplane(7, { ...setting, moved }));
    const config = time(() => {
      const next = write(snapshot, makeRoute('split', { kind: 'Mesh' }, 60));
      const { resources } = computeProxy(next, dataplaneOf(next, name(7)), policies);
      return JSON.stringify(showConfig(resources), null, 1);
    });
    note('one _config', config.ms, config.made.length);
  }
  return figures;
}

// at most linear
const scale = proxies / 1000;
const goals = [
  ['first', 'ms', 1500 * scale],
  ['mesh-wide route', 'ms', 150 * scale],
  ['ten proxies', 'ms', 5 * scale],
  ['endpoint moved', 'ms', 50 * scale],
  ['insight', 'ms', undefined],
  ['one _config', 'ms', 3 * scale],
  ['bytes per proxy', 'KiB', 50],
];
const only = process.env.BENCH_SETTING;
// a server has long compiled what it does all day
measureSetting(settings[0]);
const results = settings
  .filter(({ title }) => only === undefined || title === only)
  .flatMap((setting) => {
    const figures = measureSetting(setting);
    return goals.map(([what, unit, goal]) => ({
      name: `${setting.title}, ${proxies} proxies: ${what}`,
      unit,
      count: figures.get(what)?.count,
      atMost: goal === undefined ? undefined : goal * setting.factor,
      skein: { value: (figures.get(what)?.value ?? NaN) / (unit === 'KiB' ? 1024 : 1) },
    }));
  });

if (json) console.log(JSON.stringify(results));
else
  for (const { name: what, unit, count, atMost, skein } of results)
    console.log(
      `${what.padEnd(60)} ${skein.value.toFixed(2).padStart(9)} ${unit.padEnd(4)} (${count ?? '-'}) ${atMost === undefined ? '' : `<= ${atMost}: ${skein.value <= atMost ? 'met' : 'MISSED'}`}`,
    );
