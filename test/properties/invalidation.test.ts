import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { EnvoyResources } from '../../src/envoy/envoy-resources.js';
import { rememberTexts } from '../../src/lib/remember.js';
import type { Dataplane } from '../../src/model/dataplane.js';
import type { Resource } from '../../src/model/resource.js';
import { patchTranslation } from '../../src/pipeline/apply-policies.js';
import { computeProxy, findStale, planProxy, translatePlan } from '../../src/pipeline/compute-proxy.js';
import { nextAddresses } from '../../src/pipeline/next-addresses.js';
import { offlineNode, type ProxyNode } from '../../src/plan/proxy-node.js';
import { policies } from '../../src/registry.js';
import { dataplaneOf, resourcesOf, type MeshSnapshot } from '../../src/snapshot/mesh-snapshot.js';
import { emptyWorld, nextWorld, type World, type WorldChange } from '../../src/snapshot/world.js';
import { firstDocuments, makeDice, makeWrite, toChange } from './random-mesh.js';

const sequences = Number(process.env['INVALIDATION_RUNS'] ?? (process.env['CI'] === undefined ? 60 : 200));

const node: ProxyNode = {
  ...offlineNode,
  admin: { address: '127.0.0.1', port: 9901 },
  dns: { port: 15053, emptyPort: 15055 },
};

const meshIn = (world: World): MeshSnapshot => world.meshes.get('default')!;
const proxiesOf = (snapshot: MeshSnapshot): readonly Dataplane[] =>
  resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[];

/** A world, and all that is stored in it. */
interface Stored {
  readonly world: World;
  readonly resources: ReadonlyMap<string, Resource>;
}

const nothing: Stored = { world: emptyWorld, resources: new Map() };

function store({ world, resources }: Stored, changes: readonly WorldChange[]): Stored {
  const next = new Map(resources);
  for (const { key, resource } of changes) {
    const name = `${key.type} ${key.mesh} ${key.name}`;
    if (resource === undefined) next.delete(name);
    else next.set(name, resource);
  }
  return { world: nextWorld(world, changes), resources: next };
}

/** What is stored after a change, and after every host was given its address. */
function write(before: Stored, changes: readonly WorldChange[]): Stored {
  const next = store(before, changes);
  const wanted = nextAddresses(meshIn(next.world));
  if (wanted === undefined) return next;
  const { key, spec } = wanted;
  const revision = next.world.revision + 1;
  const times = { creationTime: '', modificationTime: '', creationRevision: revision, revision };
  return store(next, [{ revision, key, resource: { ...key, ...times, spec } }]);
}

/** The mesh as a server sees it that learns everything anew. */
const learnAnew = ({ resources }: Stored): MeshSnapshot =>
  meshIn(
    nextWorld(
      emptyWorld,
      [...resources.values()].map((resource) => ({
        revision: resource.revision,
        key: resource,
        resource: structuredClone(resource),
      })),
    ),
  );

/** What a proxy is told without anything that is remembered or shared. */
function computeFromScratch(snapshot: MeshSnapshot, dataplane: Dataplane): EnvoyResources {
  const { applicable, plan } = planProxy(snapshot, dataplane, policies, node);
  return patchTranslation(translatePlan(snapshot, plan), applicable.matched, policies).resources;
}

const compute = (snapshot: MeshSnapshot, dataplane: Dataplane): EnvoyResources =>
  computeProxy(snapshot, dataplane, policies, node).resources;

/** Meshes to begin with; sequences that share one go on from there in different directions. */
const begin = rememberTexts<Stored>();

function beginAnew(seed: string): Stored {
  const dice = makeDice(Number(seed));
  const changes = firstDocuments(dice).flatMap((document, i) => toChange(document, i + 1) ?? []);
  return write(nothing, changes);
}

/** Proxies that are compared after each write: all of them would take too long. */
const compared = 5;

describe('after any writes', () => {
  it('a proxy that is not stale is told what it would be told from scratch', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), (first, seeds) => {
        let stored = begin(String(first % 20), beginAnew);
        let before = meshIn(stored.world);
        const told = new Map(proxiesOf(before).map((each) => [each.name, compute(before, each)]));
        for (const seed of seeds) {
          const dice = makeDice(seed);
          const { document, isGone } = makeWrite(dice);
          const change = toChange(document, stored.world.revision + 1, isGone);
          if (change === undefined) continue;
          stored = write(stored, [change]);
          const snapshot = meshIn(stored.world);
          const isStale = findStale(before, snapshot, policies);
          const fresh = new Set([...told.keys()].filter((name) => !isStale(name)));
          const anew = learnAnew(stored);
          const all = proxiesOf(snapshot);
          for (const each of all) {
            const now = compute(snapshot, each);
            // a new Dataplane was told nothing yet
            if (fresh.has(each.name)) expect(now).toBe(told.get(each.name));
            told.set(each.name, now);
          }
          const offset = dice.roll(all.length);
          for (const each of [...all.slice(offset), ...all.slice(0, offset)].slice(0, compared))
            expect(told.get(each.name)).toEqual(computeFromScratch(anew, dataplaneOf(anew, each.name)!));
          before = snapshot;
        }
      }),
      { numRuns: sequences },
    );
  }, 3_600_000);
});
