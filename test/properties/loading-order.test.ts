import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalJson } from '../../src/lib/canonical-json.js';
import type { Dataplane } from '../../src/model/dataplane.js';
import { computeProxy } from '../../src/pipeline/compute-proxy.js';
import { policies } from '../../src/registry.js';
import { resourcesOf } from '../../src/snapshot/mesh-snapshot.js';
import { emptyWorld, nextWorld, type World } from '../../src/snapshot/world.js';
import { parseStored } from '../../src/store/spec-text.js';
import type { StoredResource } from '../../src/store/store.js';
import { startServer } from '../api/fixture.js';
import { setUp } from '../peer/scenarios.js';
import { readXdsRecordings } from '../peer/xds-recordings.js';

/** Meshes with much in them: all older policies, all newer ones, both routes, gateways, addresses. */
const wanted = [
  'legacy-all-http',
  'new-policies-http',
  'clash-http-other-service',
  'merge-specificity',
  'gateway-http-gatewayroute',
  'tproxy-external',
  'virtual-outbound',
  'mtls-permissive-http',
];
const recordings = readXdsRecordings();
const scenarios = recordings.filter(({ id }) => wanted.includes(id));

/** What every proxy of every mesh is given, as one text. */
function show({ meshes }: World): string {
  const ofMesh = [...meshes].map(([name, snapshot]) => {
    const dataplanes = resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[];
    const ofProxy = dataplanes.map((each) => [each.name, toJson(computeProxy(snapshot, each, policies).resources)]);
    return [name, Object.fromEntries(ofProxy)] as const;
  });
  return canonicalJson(Object.fromEntries(ofMesh));
}

/** Maps sorted by name, as they are hashed. */
const toJson = (resources: object): object =>
  Object.fromEntries(
    Object.entries(resources).map(([section, map]) => [
      section,
      [...(map as ReadonlyMap<string, object>)].sort(([a], [b]) => (a < b ? -1 : 1)),
    ]),
  );

const load = (resources: readonly StoredResource[]): World =>
  nextWorld(
    emptyWorld,
    resources.map((stored) => ({
      revision: stored.revision,
      key: { type: stored.type, mesh: stored.mesh, name: stored.name },
      resource: parseStored(stored),
    })),
  );

describe.each(scenarios)('$id', (scenario) => {
  it('gives the same bytes in whatever order it is loaded, from SQLite and from memory', async () => {
    const shown = new Set<string>();
    for (const type of ['sqlite', 'memory']) {
      const server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true', KUMA_STORE_TYPE: type });
      expect(await setUp(server, scenario)).toEqual([]);
      await server.get(`/meshes/${scenario.mesh}/dataplanes/${scenario.dataplane}/_config`);
      shown.add(show(server.world()));
      const { resources } = await server.store.readAll();
      fc.assert(
        fc.property(fc.shuffledSubarray([...resources], { minLength: resources.length }), (shuffled) => {
          shown.add(show(load(shuffled)));
        }),
        { numRuns: 20 },
      );
    }
    expect(shown.size).toBe(1);
  });
});

it('knows its scenarios', () => {
  expect(wanted.filter((id) => recordings.every((each) => each.id !== id))).toEqual([]);
});
