import { describe, expect, it } from 'vitest';

import type { Resource } from '../model/resource.js';
import { emptyWorld, nextWorld, type World } from '../snapshot/world.js';
import { listAssignments } from './monitoring-assignments.js';

const time = '2026-11-24T20:05:17Z';

const worldOf = (...resources: readonly Partial<Resource>[]): World =>
  nextWorld(
    emptyWorld,
    resources.map((each, i) => {
      const resource = { mesh: 'default', creationTime: time, modificationTime: time, ...each } as Resource;
      const { type, mesh, name } = resource;
      return { revision: i + 1, key: { type, mesh, name }, resource };
    }),
  );

const mesh = (conf: object = { port: 5670, path: '/metrics' }, name = 'default') => ({
  type: 'Mesh',
  mesh: '',
  name,
  spec: { metrics: { enabledBackend: 'p', backends: [{ name: 'p', type: 'prometheus', conf }] } },
});

const dataplane = (spec: object, name = 'web-1') => ({ type: 'Dataplane', name, spec });
const web = { address: '192.168.0.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }] };
const webLabels = { kuma_io_service: 'web', kuma_io_services: ',web,' };

const targetsOf = (world: World) => listAssignments(world).flatMap(({ targets }) => targets);

describe('what Prometheus is told to scrape', () => {
  it('is a target with the tags of the proxy as labels, for each proxy in a mesh with metrics', () => {
    const world = worldOf(
      mesh(),
      { type: 'Mesh', mesh: '', name: 'dark', spec: {} },
      dataplane({ networking: web }, 'web-2'),
      dataplane({ networking: web }, 'web-1'),
      { ...dataplane({ networking: web }), mesh: 'dark' },
    );
    expect(listAssignments(world)).toEqual(
      ['web-1', 'web-2'].map((name) => ({
        '@type': 'type.googleapis.com/kuma.observability.v1.MonitoringAssignment',
        mesh: 'default',
        service: 'web',
        targets: [{ name, scheme: 'http', address: '192.168.0.1:5670', metrics_path: '/metrics', labels: webLabels }],
      })),
    );
  });

  it.each([
    {
      name: 'conf of its own',
      conf: {},
      spec: { networking: web, metrics: { type: 'prometheus', conf: { port: 1, path: '/own' } } },
      target: { address: '192.168.0.1:1', metrics_path: '/own', scheme: 'http' },
    },
    {
      name: 'TLS by its own certificate',
      conf: { port: 2, tls: { mode: 'providedTLS' } },
      spec: { networking: web },
      target: { scheme: 'https' },
    },
    {
      name: 'an advertised address',
      conf: { port: 2 },
      spec: { networking: { ...web, advertisedAddress: 'fd00::1' } },
      target: { address: '[fd00::1]:2' },
    },
    {
      name: 'several values, and names that are no labels',
      conf: {},
      spec: {
        networking: {
          inbound: [
            { port: 1, tags: { 'kuma.io/service': 'b', 'com.x/y': '?!' } },
            { port: 2, tags: { 'kuma.io/service': 'a' } },
          ],
        },
      },
      target: {
        labels: { com_x_y: '?!', com_x_ys: ',?!,', kuma_io_service: 'a', kuma_io_services: ',a,b,' },
      },
    },
    {
      name: 'a tag that is called like all values of another',
      conf: {},
      spec: { networking: { inbound: [{ port: 1, tags: { version: '1', versions: '2' } }] } },
      target: { labels: { version: '1', versions: '2', versionss: ',2,' } },
    },
  ])('of a proxy with $name', ({ conf, spec, target }) => {
    expect(targetsOf(worldOf(mesh(conf), dataplane(spec)))).toMatchObject([target]);
  });

  it('names the MeshGateway of a builtin gateway', () => {
    const gateway = { networking: { gateway: { type: 'BUILTIN', tags: { 'kuma.io/service': 'edge' } } } };
    const selecting = (service: string) => ({
      type: 'MeshGateway',
      name: 'mine',
      spec: { selectors: [{ match: { 'kuma.io/service': service } }], conf: { listeners: [] } },
    });
    const nameIn = (service: string) =>
      targetsOf(worldOf(mesh(), dataplane(gateway), selecting(service)))[0]?.labels.kuma_io_mesh_gateway;
    expect([nameIn('edge'), nameIn('other')]).toEqual(['mine', '']);
  });

  it('is made anew only where something changed', () => {
    const before = worldOf(mesh(), dataplane({ networking: web }, 'a'), dataplane({ networking: web }, 'b'));
    const changed = { ...dataplane({ networking: { ...web, address: '::1' } }, 'b'), mesh: 'default' } as Resource;
    const key = { type: 'Dataplane', mesh: 'default', name: 'b' };
    const after = nextWorld(before, [{ revision: 9, key, resource: changed }]);
    const [old, now] = [listAssignments(before), listAssignments(after)];
    expect([now[0] === old[0], now[1] === old[1], now[1]?.targets[0].address]).toEqual([true, false, '[::1]:5670']);
  });
});
