import { describe, expect, it } from 'vitest';

import { computeProxy } from '../pipeline/compute-proxy.js';
import { policies } from '../registry.js';
import {
  dataplaneOf,
  meshOf,
  resourcesOf,
  shareWith,
  zoneEgressesOf,
  type MeshSnapshot,
} from '../snapshot/mesh-snapshot.js';
import { snapshotOf, routeAll, type Document } from '../../test/plan/plan-proxy.js';
import { gatewayProxy, meshGateway } from '../../test/plan/gateway.js';

const mtls = (mode: string) => ({ enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode }] });
const mesh = (mode?: string): Document => ({
  type: 'Mesh',
  name: 'default',
  ...(mode === undefined ? {} : { mtls: mtls(mode) }),
});

const open = meshGateway(
  { port: 8080, protocol: 'HTTP', crossMesh: true, tags: { v: '1' } },
  { port: 8081, protocol: 'HTTP', crossMesh: true, tags: { v: '2' } },
);

/** A mesh as `default` sees it: the same as `default`, under another name. */
function openTo(snapshot: MeshSnapshot, name: string, other: readonly Document[]): MeshSnapshot {
  const itself = snapshotOf(other);
  const listOf = (type: string) => resourcesOf(itself, type) as never;
  const opened = { mesh: meshOf(itself)!, gateways: listOf('MeshGateway'), dataplanes: listOf('Dataplane') };
  return shareWith(snapshot, { zoneEgresses: zoneEgressesOf(snapshot), openMeshes: new Map([[name, opened]]) });
}

/** What a proxy of `default` with outbounds of these tags makes of a gateway in `east`. */
function compute(
  tags: Readonly<Record<string, string>>,
  { own = 'STRICT', other = 'STRICT' }: { own?: string; other?: string } = {},
) {
  const client: Document = {
    type: 'Dataplane',
    name: 'web-1',
    networking: {
      address: '10.0.0.1',
      gateway: { tags: { 'kuma.io/service': 'web' } },
      outbound: [{ port: 10001, tags: { 'kuma.io/service': 'edge', ...tags } }],
    },
  };
  const modeOf = (mode: string) => (mode === 'off' ? mesh() : mesh(mode));
  const snapshot = openTo(snapshotOf([modeOf(own), client, routeAll]), 'east', [modeOf(other), gatewayProxy, open]);
  const { plan, resources } = computeProxy(snapshot, dataplaneOf(snapshot, 'web-1')!, policies);
  return { cluster: [...plan.clusters.values()].at(-1), resources };
}

const east = { 'kuma.io/mesh': 'east' };

describe('an outbound to the gateway of another mesh', () => {
  it('leads to the listeners that the mesh opens', () => {
    const { cluster } = compute(east);
    expect(cluster).toMatchObject({
      service: 'edge',
      origin: 'outbound',
      http: { version: 2 },
      source: { kind: 'open', endpoints: [{ address: '10.0.0.9', port: 8080 }, { port: 8081 }] },
    });
    expect(cluster?.name).toMatch(/^edge-[0-9a-f]{16}_east$/);
  });
  it('leads to those with the tags', () => {
    expect(compute({ ...east, v: '2' }).cluster?.source).toMatchObject({ endpoints: [{ port: 8081 }] });
  });
  it.each([{ 'kuma.io/mesh': 'west' }, { ...east, v: '3' }])('leads nowhere with %o', (tags) => {
    expect(compute(tags).cluster?.source).toEqual({ kind: 'open', endpoints: [] });
  });
  it.each([
    { own: 'STRICT', other: 'STRICT' },
    { own: 'PERMISSIVE', other: 'STRICT' },
    { own: 'STRICT', other: 'PERMISSIVE' },
  ])('is encrypted where both meshes have mTLS, $own here and $other there', (modes) => {
    expect(compute(east, modes).cluster?.tls).toEqual({
      mesh: 'east',
      ownMesh: 'default',
      service: 'edge',
      sni: 'edge{mesh=east}',
    });
  });
  it.each([{ own: 'off' }, { other: 'off' }])('is not encrypted with %o', (modes) => {
    expect(compute(east, modes).cluster?.tls).toBeUndefined();
  });
  it('needs the identity of its own mesh and the authority of the other alone', () => {
    const { resources } = compute(east);
    expect([...resources.secrets.keys()]).toEqual(['identity_cert:secret:default', 'mesh_ca:secret:east']);
    expect(JSON.stringify(resources.clusters.get(compute(east).cluster?.name ?? ''))).toContain(
      '"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default"',
    );
  });
});
