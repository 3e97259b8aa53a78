import { isTlsReady, serviceOf, zoneEgressesOf } from './mesh-snapshot.js';
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

it.each<{ readonly name: string; readonly issued: readonly (string | undefined)[]; readonly ready: boolean }>([
  { name: 'every instance has an identity by the CA of the mesh', issued: ['ca-1', 'ca-1'], ready: true },
  { name: 'one has none', issued: ['ca-1', undefined], ready: false },
  { name: 'one has an identity by another CA', issued: ['ca-1', 'ca-2'], ready: false },
  { name: 'there is no instance', issued: [], ready: false },
])('a service is ready for TLS: $ready, since $name', ({ issued, ready }) => {
  const spec = { networking: { address: '1.1.1.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }] } };
  const mtls = { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin', mode: 'PERMISSIVE' }] };
  const write = (type: string, mesh: string, name: string, written: object) => {
    const key = { type, mesh, name };
    return { revision: 1, key, resource: { ...make(key), spec: written } };
  };
  const { meshes } = nextWorld(emptyWorld, [
    write('Mesh', '', 'default', { mtls }),
    ...issued.map((_, i) => write('Dataplane', 'default', `web-${i}`, spec)),
    ...issued.flatMap((issuedBackend, i) =>
      issuedBackend === undefined
        ? []
        : [write('DataplaneInsight', 'default', `web-${i}`, { mTLS: { issuedBackend } })],
    ),
  ]);
  const snapshot = meshes.get('default');
  expect(snapshot && isTlsReady(snapshot, 'web')).toBe(ready);
});

it.each([
  { change: 'an outbound', networking: { outbound: [{ port: 2, tags: { 'kuma.io/service': 'b' } }] }, same: true },
  { change: 'the address', networking: { address: '2.2.2.2' }, same: false },
  { change: 'a tag', networking: { inbound: [{ port: 80, tags: { 'kuma.io/service': 'web', v: '1' } }] }, same: false },
])('a Dataplane that changes $change leaves its service as it is: $same', ({ networking, same }) => {
  const key = { type: 'Dataplane', mesh: 'default', name: 'web-1' };
  const offer = { address: '1.1.1.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }] };
  const write = (revision: number, written: object) => ({
    revision,
    key,
    resource: { ...make(key), spec: { networking: { ...offer, ...written } } },
  });
  const servicesOf = (of: typeof world) => serviceOf(of.meshes.get('default')!, 'web');
  const before = nextWorld(emptyWorld, [write(1, {})]);
  const after = nextWorld(before, [write(2, networking)]);
  expect(servicesOf(after) === servicesOf(before)).toBe(same);
  expect(servicesOf(after).endpoints).toHaveLength(1);
});
