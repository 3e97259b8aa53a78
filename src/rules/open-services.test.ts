import { describe, expect, it } from 'vitest';

import type { Resource, ResourceKey } from '../model/resource.js';
import { emptyWorld, nextWorld, type World } from '../snapshot/world.js';
import { openServices } from './open-services.js';

const make = (key: ResourceKey, spec: object, revision: number): Resource => ({
  ...key,
  creationTime: '',
  modificationTime: '',
  creationRevision: revision,
  revision,
  spec,
});

/** The world after these are written, in order. */
const after = (
  world: World,
  ...written: readonly (readonly [mesh: string, type: string, name: string, spec: object])[]
) =>
  nextWorld(
    world,
    written.map(([mesh, type, name, spec], i) => {
      const revision = world.revision + i + 1;
      const key = { mesh, type, name };
      return { revision, key, resource: make(key, spec, revision) };
    }),
  );

const gateway = (...listeners: readonly object[]) =>
  [
    'east',
    'MeshGateway',
    'edge',
    { selectors: [{ match: { 'kuma.io/service': 'edge' } }], tags: { g: '1' }, conf: { listeners } },
  ] as const;
const proxy = (name: string, address: string, tags = {}) =>
  [
    'east',
    'Dataplane',
    name,
    { networking: { address, gateway: { type: 'BUILTIN', tags: { 'kuma.io/service': 'edge', ...tags } } } },
  ] as const;
const sidecar = (name: string) =>
  [
    'east',
    'Dataplane',
    name,
    { networking: { address: '10.0.0.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'a' } }] } },
  ] as const;
const meshes = [
  ['', 'Mesh', 'east', {}],
  ['', 'Mesh', 'west', {}],
] as const;
const open = { port: 8080, protocol: 'HTTP', crossMesh: true, tags: { l: '1' } };
const west = ({ meshes: all }: World) => all.get('west')!;

describe('services that meshes open to each other', () => {
  it('are the listeners of builtin gateways that say so', () => {
    const world = after(
      emptyWorld,
      ...meshes,
      gateway(open, { port: 8081, protocol: 'HTTP' }, { ...open, port: 8082 }),
      proxy('edge-2', '10.0.0.8'),
      proxy('edge-1', '10.0.0.9', { region: 'eu' }),
      sidecar('a-1'),
    );
    const tags = { 'kuma.io/service': 'edge', g: '1', l: '1' };
    expect(openServices(west(world)).get('east')).toEqual(
      new Map([
        [
          'edge',
          [
            { dataplane: 'edge-2', address: '10.0.0.8', port: 8080, tags },
            { dataplane: 'edge-2', address: '10.0.0.8', port: 8082, tags },
            { dataplane: 'edge-1', address: '10.0.0.9', port: 8080, tags: { ...tags, region: 'eu' } },
            { dataplane: 'edge-1', address: '10.0.0.9', port: 8082, tags: { ...tags, region: 'eu' } },
          ],
        ],
      ]),
    );
  });
  it('are none of a mesh without such a listener, or one that is not there', () => {
    expect(
      openServices(west(after(emptyWorld, ...meshes, gateway({ port: 8080 }), proxy('edge-1', '10.0.0.9')))).size,
    ).toBe(0);
    expect(
      openServices(west(after(emptyWorld, ['', 'Mesh', 'west', {}], gateway(open), proxy('edge-1', '10.0.0.9')))).size,
    ).toBe(0);
  });
  it('are gone with the listener', () => {
    const world = after(emptyWorld, ...meshes, gateway(open), proxy('edge-1', '10.0.0.9'));
    expect(openServices(west(after(world, gateway()))).size).toBe(0);
  });
});

describe('what other meshes see', () => {
  const world = after(emptyWorld, ...meshes, gateway(open), proxy('edge-1', '10.0.0.9'), sidecar('a-1'));
  it('does not change with what is not open', () => {
    const next = after(world, sidecar('a-2'));
    expect(next.meshes.get('east')).not.toBe(world.meshes.get('east'));
    expect(next.meshes.get('west')).toBe(world.meshes.get('west'));
  });
  it('changes with the gateways', () => {
    const next = after(world, proxy('edge-2', '10.0.0.8'));
    expect(next.meshes.get('west')).not.toBe(world.meshes.get('west'));
    expect(openServices(west(next)).get('east')?.get('edge')).toHaveLength(2);
  });
});
