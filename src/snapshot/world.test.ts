import { zoneEgressesOf } from './mesh-snapshot.js';
import { expect, it } from 'vitest';

import type { Resource, ResourceKey } from '../model/resource.js';
import { emptyWorld, existingMeshes, findResource, nextWorld } from './world.js';

const make = (key: ResourceKey): Resource => ({
  ...key,
  creationTime: '2026-01-01T00:00:00Z',
  modificationTime: '2026-01-01T00:00:00Z',
  creationRevision: 1,
  revision: 1,
  spec: {},
});

const keys = {
  mesh: { type: 'Mesh', mesh: '', name: 'b' },
  other: { type: 'Mesh', mesh: '', name: 'a' },
  zone: { type: 'Zone', mesh: '', name: 'east' },
  dataplane: { type: 'Dataplane', mesh: 'b', name: 'web-1' },
  orphan: { type: 'Secret', mesh: 'gone', name: 's' },
} as const;

const world = nextWorld(
  emptyWorld,
  Object.values(keys).map((key, i) => ({ revision: i + 1, key, resource: make(key) })),
);

it.each(Object.values(keys))('finds $type $name', (key) => {
  expect(findResource(world, key)).toEqual(make(key));
});

it.each([
  { type: 'Mesh', mesh: '', name: 'gone' },
  { type: 'Zone', mesh: '', name: 'west' },
  { type: 'ZoneIngress', mesh: '', name: 'east' },
  { type: 'Dataplane', mesh: 'a', name: 'web-1' },
  { type: 'Dataplane', mesh: 'nope', name: 'web-1' },
])('finds no $type $mesh/$name', (key) => {
  expect(findResource(world, key)).toBeUndefined();
});

it('lists the meshes that exist by name, not those of which only resources are left', () => {
  expect(existingMeshes(world).map(({ name }) => name)).toEqual(['a', 'b']);
});

it('shares the zone egresses by name with every mesh, and leaves meshes alone that know them', () => {
  const egress = (name: string) => ({ type: 'ZoneEgress', mesh: '', name }) as const;
  const write = (revision: number, key: ResourceKey) => ({ revision, key, resource: make(key) });
  const first = nextWorld(world, [write(10, egress('b')), write(11, egress('a'))]);
  const names = [...first.meshes.values()].map((mesh) => zoneEgressesOf(mesh).map(({ name }) => name));
  expect(names).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ]);
  const next = nextWorld(first, [write(12, { type: 'Dataplane', mesh: 'a', name: 'web-1' })]);
  expect(next.meshes.get('b')).toBe(first.meshes.get('b'));
  expect(zoneEgressesOf(next.meshes.get('a')!)).toBe(zoneEgressesOf(first.meshes.get('a')!));
});
