import { describe, expect, it } from 'vitest';

import { giveAddresses, snapshotOf, type Document } from '../../test/plan/plan-proxy.js';
import { outboundAddress } from '../model/dataplane.js';
import { formatAddress } from '../model/net.js';
import { dataplaneOf, meshOf, nextSnapshot, shareWith, zoneEgressesOf } from '../snapshot/mesh-snapshot.js';
import { openMesh } from '../snapshot/open-mesh.js';
import { virtualOutbounds, withVirtualOutbounds } from './virtual-outbounds.js';

const redirected = (more: object = {}, networking: object = {}): Document => ({
  type: 'Dataplane',
  name: 'web-1',
  networking: {
    address: '10.0.0.1',
    gateway: { tags: { 'kuma.io/service': 'web' } },
    transparentProxying: { redirectPortInbound: 15006, redirectPortOutbound: 15001, ...more },
    ...networking,
  },
});

const instance = (name: string, tags: object, more: object = {}): Document => ({
  type: 'Dataplane',
  name,
  networking: { address: '10.0.0.2', inbound: [{ port: 80, tags, ...more }] },
});

const a1 = instance('a-1', { 'kuma.io/service': 'a', version: '1' });
const a2 = instance('a-2', { 'kuma.io/service': 'a', version: '2' });

const external = (address: string, more: object = {}, name = 'x'): Document => ({
  type: 'ExternalService',
  name,
  tags: { 'kuma.io/service': 'x' },
  networking: { address, ...more },
});

const virtual = (
  name: string,
  host: string,
  port: string,
  selector: object = { 'kuma.io/service': '*' },
): Document => ({
  type: 'VirtualOutbound',
  name,
  selectors: [{ match: selector }],
  conf: {
    host,
    port,
    parameters: [{ name: 'service', tagKey: 'kuma.io/service' }, { name: 'version' }, { name: 'port' }],
  },
});

const oneParameter = (host: string, port: string) => ({
  host,
  port,
  parameters: [{ name: 'service', tagKey: 'kuma.io/service' }],
});

const redirectedBeside: Document = { ...redirected(), name: 'web-2' };

/** `address:port service…` of each outbound, and the names of each address. */
function show(documents: readonly Document[]) {
  const snapshot = snapshotOf(documents);
  const { names } = virtualOutbounds(snapshot);
  const { spec } = withVirtualOutbounds(snapshot, dataplaneOf(snapshot, 'web-1')!);
  return {
    outbounds: (spec.networking?.outbound ?? []).map((outbound) =>
      [
        formatAddress({ address: outboundAddress(outbound), port: outbound.port }),
        ...Object.values(outbound.tags ?? {}),
      ].join(' '),
    ),
    names: Object.fromEntries(names.map((each) => [each.address, each.names.join(' ')])),
  };
}

describe('virtual outbounds', () => {
  it.each<{
    readonly name: string;
    readonly documents: readonly Document[];
    readonly outbounds: readonly string[];
    readonly names: Readonly<Record<string, string>>;
  }>([
    {
      name: 'are at port 80 of each service, also of those that are not ready',
      documents: [redirected(), a1, instance('b-1', { 'kuma.io/service': 'b' }, { state: 'NotReady' })],
      outbounds: ['240.0.0.0:80 a', '240.0.0.1:80 b'],
      names: { '240.0.0.0': 'a.mesh', '240.0.0.1': 'b.mesh' },
    },
    {
      name: 'leave out what takes no part in the mesh',
      documents: [redirected(), instance('b-1', { 'kuma.io/service': 'b' }, { state: 'Ignored' })],
      outbounds: [],
      names: {},
    },
    {
      name: 'have a name without underscores',
      documents: [redirected(), instance('b-1', { 'kuma.io/service': 'b_c_svc' })],
      outbounds: ['240.0.0.0:80 b_c_svc'],
      names: { '240.0.0.0': 'b_c_svc.mesh b.c.svc.mesh' },
    },
    {
      name: 'come twice for an external service: under its service and its host, at its own port too',
      documents: [redirected(), external('example.com:443')],
      outbounds: ['240.0.0.0:443 x', '240.0.0.0:80 x', '240.0.0.1:443 x', '240.0.0.1:80 x'],
      names: { '240.0.0.0': 'x.mesh', '240.0.0.1': 'example.com' },
    },
    {
      name: 'know nothing of a host that wants no name',
      documents: [redirected(), external('example.com:80', { disableHostDNSEntry: true })],
      outbounds: ['240.0.0.0:80 x'],
      names: { '240.0.0.0': 'x.mesh' },
    },
    {
      name: 'use the address that an external service has',
      documents: [redirected(), external('192.0.2.1:443')],
      outbounds: ['240.0.0.0:443 x', '240.0.0.0:80 x', '192.0.2.1:443 x'],
      names: { '240.0.0.0': 'x.mesh' },
    },
    {
      name: 'count of two external services with one host and port the first by name',
      documents: [
        redirected(),
        { ...external('e.com:80', {}, 'z'), tags: { 'kuma.io/service': 'z' } },
        external('e.com:80', {}, 'y'),
      ],
      outbounds: ['240.0.0.0:80 x', '240.0.0.1:80 z', '240.0.0.2:80 x'],
      names: { '240.0.0.0': 'x.mesh', '240.0.0.1': 'z.mesh', '240.0.0.2': 'e.com' },
    },
    {
      name: 'of a VirtualOutbound are one for each host that its template makes',
      documents: [redirected(), a1, a2, virtual('v', '{{.version}}.{{.service}}.mesh', '8081')],
      outbounds: ['240.0.0.0:80 a', '240.0.0.1:8081 a 1', '240.0.0.2:8081 a 2'],
      names: { '240.0.0.0': 'a.mesh', '240.0.0.1': '1.a.mesh', '240.0.0.2': '2.a.mesh' },
    },
    {
      name: 'of VirtualOutbounds that want one host and port are those of the most specific one',
      documents: [
        redirected(),
        a1,
        virtual('all', 'host.mesh', '81'),
        { ...virtual('one', 'host.mesh', '81', { 'kuma.io/service': 'a' }), conf: oneParameter('host.mesh', '81') },
      ],
      outbounds: ['240.0.0.0:80 a', '240.0.0.1:81 a'],
      names: { '240.0.0.0': 'a.mesh', '240.0.0.1': 'host.mesh' },
    },
    {
      name: 'of equally specific VirtualOutbounds are those of the youngest',
      documents: [
        redirected(),
        a1,
        virtual('b', 'host.mesh', '81'),
        { ...virtual('a', 'host.mesh', '81'), conf: oneParameter('host.mesh', '81') },
      ],
      outbounds: ['240.0.0.0:80 a', '240.0.0.1:81 a'],
      names: { '240.0.0.0': 'a.mesh', '240.0.0.1': 'host.mesh' },
    },
    {
      name: 'leave out what makes no port',
      documents: [redirected(), a1, virtual('v', '{{.service}}.mesh', '{{.port}}')],
      outbounds: ['240.0.0.0:80 a'],
      names: { '240.0.0.0': 'a.mesh' },
    },
    {
      name: 'are those that the workload may reach, before its own',
      documents: [
        redirected({ reachableServices: ['b'] }, { outbound: [{ port: 1, tags: { 'kuma.io/service': 'c' } }] }),
        a1,
        instance('b-1', { 'kuma.io/service': 'b' }),
      ],
      outbounds: ['240.0.0.1:80 b', '127.0.0.1:1 c'],
      names: { '240.0.0.0': 'a.mesh', '240.0.0.1': 'b.mesh' },
    },
    {
      name: 'take the place of those that a Dataplane still holds',
      documents: [
        redirected({}, { outbound: [{ address: '240.0.0.0', port: 9, tags: { 'kuma.io/service': 'old' } }] }),
        a1,
      ],
      outbounds: ['240.0.0.0:80 a'],
      names: { '240.0.0.0': 'a.mesh' },
    },
    {
      name: 'are not where the workload itself listens',
      documents: [
        redirected(
          {},
          { gateway: undefined, inbound: [{ address: '192.0.2.1', port: 443, tags: { 'kuma.io/service': 'me' } }] },
        ),
        external('192.0.2.1:443'),
      ],
      outbounds: ['240.0.0.0:80 me', '240.0.0.1:443 x', '240.0.0.1:80 x'],
      names: { '240.0.0.0': 'me.mesh', '240.0.0.1': 'x.mesh' },
    },
    {
      name: 'are only for those whose connections are redirected',
      documents: [
        {
          type: 'Dataplane',
          name: 'web-1',
          networking: { address: '10.0.0.1', gateway: { tags: { 'kuma.io/service': 'web' } } },
        },
        a1,
        redirectedBeside,
      ],
      outbounds: [],
      names: { '240.0.0.0': 'a.mesh' },
    },
  ])('$name', ({ documents, outbounds, names }) => {
    expect(show(documents)).toEqual({ outbounds, names });
  });

  it('lead to what meshes open, under a name that is made where there is none', () => {
    const gateway = (mesh: string, listeners: readonly object[]) => ({
      type: 'MeshGateway',
      mesh,
      name: 'edge',
      creationTime: '',
      modificationTime: '',
      creationRevision: 1,
      revision: 1,
      spec: { tags: { zone: 'z' }, selectors: [{ match: { 'kuma.io/service': 'edge' } }], conf: { listeners } },
    });
    const listeners = [
      { port: 8080, hostname: 'shop.mesh', crossMesh: true },
      { port: 8081, hostname: '*', crossMesh: true, tags: { port: 'two' } },
      { port: 8082 },
    ];
    const snapshot = snapshotOf([redirected()]);
    const open = openMesh(
      {
        mesh: meshOf(snapshot),
        resources: new Map([['MeshGateway', new Map([['edge', gateway('other', listeners)]])]]),
      },
      undefined,
    )!;
    const opened = giveAddresses(
      shareWith(snapshot, { zoneEgresses: zoneEgressesOf(snapshot), openMeshes: new Map([['other', open]]) }),
    );
    const tags = { zone: 'z', 'kuma.io/mesh': 'other', 'kuma.io/service': 'edge' };
    expect(virtualOutbounds(opened)).toEqual({
      outbounds: [
        { address: '240.0.0.0', port: 8081, tags: { ...tags, port: 'two' } },
        { address: '240.0.0.1', port: 8080, tags },
      ],
      names: [
        { address: '240.0.0.0', names: ['internal.edge.other.mesh'] },
        { address: '240.0.0.1', names: ['shop.mesh'] },
      ],
    });
  });

  it('stay where they are when a service appears', () => {
    const before = snapshotOf([redirected(), instance('b-1', { 'kuma.io/service': 'b' })]);
    const other = dataplaneOf(snapshotOf([redirected(), a1]), 'a-1')!;
    const after = giveAddresses(
      nextSnapshot(before, [{ revision: 9, type: 'Dataplane', name: other.name, resource: other }]),
    );
    expect(virtualOutbounds(after).names).toEqual([
      { address: '240.0.0.1', names: ['a.mesh'] },
      { address: '240.0.0.0', names: ['b.mesh'] },
    ]);
  });
});
