// What is written before and while measuring: 50 services, Dataplanes with 10 outbounds each, and routes that split.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './servers.mjs';

const services = 50;
export const mesh = '/meshes/bench';

export const makeDataplane = (i) => ({
  type: 'Dataplane',
  mesh: 'bench',
  name: `dp-${i}`,
  networking: {
    address: `10.${Math.floor(i / 65536)}.${Math.floor(i / 256) % 256}.${i % 256}`,
    inbound: [
      {
        port: 8080,
        servicePort: 18080,
        tags: { 'kuma.io/protocol': 'tcp', 'kuma.io/service': `svc-${i % services}`, version: `v${i % 2}` },
      },
    ],
    outbound: Array.from({ length: 10 }, (_, k) => ({
      port: 10001 + k,
      tags: { 'kuma.io/service': `svc-${(i + k + 1) % services}` },
    })),
  },
});

/** Half of the routes are for all proxies, the others for those of one service. */
const makeRoute = (i) => {
  const service = `svc-${(i * 7) % services}`;
  const versions = [
    { kind: 'MeshServiceSubset', name: service, tags: { version: 'v0' }, weight: 90 },
    { kind: 'MeshServiceSubset', name: service, tags: { version: 'v1' }, weight: 10 },
  ];
  return {
    type: 'MeshTCPRoute',
    mesh: 'bench',
    name: `route-${i}`,
    spec: {
      targetRef: i % 2 === 0 ? { kind: 'Mesh' } : { kind: 'MeshService', name: `svc-${i % services}` },
      to: [{ targetRef: { kind: 'MeshService', name: service }, rules: [{ default: { backendRefs: versions } }] }],
    },
  };
};

/** The same Dataplane, in another version: writing both in turns changes what the service offers every time. */
export const makeOtherDataplane = (i) => {
  const dataplane = makeDataplane(i);
  dataplane.networking.inbound[0].tags.version = `v${(i + 1) % 2}`;
  return dataplane;
};

/** A route beside those that are there: kuma-cp refuses PUTs of one name at the same time. */
export const makeNewRoute = (i) => ({ ...makeRoute(i), name: `new-${i}` });

/** The same route with another split. */
export const makeOtherRoute = (i) => {
  const route = makeNewRoute(i);
  route.spec.to[0].rules[0].default.backendRefs[0].weight = 80;
  return route;
};

const benchMesh = { type: 'Mesh', name: 'bench', skipCreatingInitialPolicies: ['*'] };

/** Writes through the API. */
export async function seed(url, dataplanes, routes) {
  await put(url, mesh, benchMesh);
  await putAll(url, [
    ...Array.from({ length: dataplanes }, (_, i) => ({ path: `dataplanes/dp-${i}`, body: makeDataplane(i) })),
    ...Array.from({ length: routes }, (_, i) => ({ path: `meshtcproutes/route-${i}`, body: makeRoute(i) })),
  ]);
}

/** Writes resources of the mesh, some at once. */
export async function putAll(url, resources) {
  for (let i = 0; i < resources.length; i += 16)
    await Promise.all(resources.slice(i, i + 16).map(({ path, body }) => put(url, `${mesh}/${path}`, body)));
}

/** Writes Dataplanes through the store itself, many to a transaction. */
export async function fill(folder, count) {
  mkdirSync(folder, { recursive: true });
  const { openSqliteStore } = await import(join(root, 'dist/store/sqlite/index.js'));
  const store = await openSqliteStore({
    path: join(folder, 'skein.db'),
    changeLog: { maxRows: 1000, maxAgeMs: 3_600_000 },
  });
  const { type: meshType, name: meshName, ...spec } = benchMesh;
  const operations = [toPut({ type: meshType, mesh: '', name: meshName }, spec, [])];
  for (let i = 0; i < count; i++) {
    const { type, mesh: ofMesh, name, networking } = makeDataplane(i);
    operations.push(toPut({ type, mesh: ofMesh, name }, { networking }, [networking.inbound[0].tags]));
  }
  for (let i = 0; i < operations.length; i += 1000) {
    await store.transact({ preconditions: [], operations: operations.slice(i, i + 1000) });
  }
  await store.close();
}

const toPut = (key, spec, tagSets) => ({
  op: 'put',
  key,
  spec: JSON.stringify(spec, null, 1),
  facets: { tagSets, gateway: null },
  ownedByMesh: key.mesh !== '',
  time: new Date().toISOString(),
  expected: { state: 'any' },
});

export async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

export async function put(base, path, body) {
  const answer = await fetch(base + path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
}
