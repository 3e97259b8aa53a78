import { X509Certificate } from 'node:crypto';

import { toJson } from '@bufbuild/protobuf';
import { anyUnpack, type Any } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';

import { loadRegistry } from '../../src/envoy/registry.js';
import { startTestSkein, type StartedSkein } from '../start-skein.js';
import { AdsClient, type Told } from './ads-client.js';

let started: StartedSkein;
beforeAll(async () => {
  started = await startTestSkein({ KUMA_DP_SERVER_AUTHN_ZONE_PROXY_TYPE: 'none' });
});
afterAll(() => started.close());

async function request(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${started.server.apiUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.status).toBeLessThan(300);
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}

interface Resource {
  readonly name?: string;
  readonly address?: { readonly socketAddress: { readonly address: string } };
  readonly filterChains?: readonly { readonly filterChainMatch?: { readonly serverNames?: readonly string[] } }[];
  readonly tlsCertificate?: { readonly certificateChain: { readonly inlineBytes: string } };
}

const read = ({ resources }: Told): Resource[] =>
  resources.map((any) => {
    const message = anyUnpack(any as Any, loadRegistry())!;
    return toJson(loadRegistry().getMessage(message.$typeName)!, message, { registry: loadRegistry() }) as Resource;
  });

const addressesOf = (told: Told): object =>
  Object.fromEntries(read(told).map(({ name, address }) => [name, address?.socketAddress.address]));

function connect(proxyType: 'ingress' | 'egress'): AdsClient {
  const metadata = {
    'dataplane.proxyType': proxyType,
    'dataplane.admin.port': '9901',
    'dataplane.admin.address': '127.0.0.1',
  };
  const client = new AdsClient(started.server.dpPort, 'zone-1', { mesh: '', metadata });
  onTestFinished(() => {
    client.close();
  });
  client.acksAll = true;
  client.say('clusters');
  client.say('listeners');
  return client;
}

const isOnline = async (path: string, insight: string): Promise<boolean> => {
  const overview = (await request('GET', path)) as Readonly<
    Record<string, { readonly subscriptions?: readonly { readonly disconnectTime?: string }[] }>
  >;
  return overview[insight]?.subscriptions?.some(({ disconnectTime }) => disconnectTime === undefined) === true;
};

it('an ingress and an egress of one name are two proxies, and online while they are connected', async () => {
  const at = (address: string) => ({ address, port: 10_001 });
  await request('PUT', '/zone-ingresses/zone-1', {
    type: 'ZoneIngress',
    name: 'zone-1',
    networking: { ...at('192.0.2.1'), advertisedAddress: '192.0.2.1', advertisedPort: 10_001 },
  });
  await request('PUT', '/zoneegresses/zone-1', { type: 'ZoneEgress', name: 'zone-1', networking: at('192.0.2.2') });
  const [ingress, egress] = [connect('ingress'), connect('egress')];
  expect(addressesOf(await ingress.response(1))).toEqual({ 'kuma:envoy:admin': '192.0.2.1' });
  expect(addressesOf(await egress.response(1))).toEqual({ 'kuma:envoy:admin': '192.0.2.2' });
  const status = () =>
    Promise.all([
      isOnline('/zoneingresses+insights/zone-1', 'zoneIngressInsight'),
      isOnline('/zoneegressoverviews/zone-1', 'zoneEgressInsight'),
    ]);
  await vi.waitFor(async () => {
    expect(await status()).toEqual([true, true]);
  });
  ingress.close();
  await vi.waitFor(async () => {
    expect(await status()).toEqual([false, true]);
  });
});

it('an egress learns of the services of every mesh, with an identity of its own there', async () => {
  const egress = connect('egress');
  await egress.response(1);
  const mtls = { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] };
  const namesOf = (): readonly string[] =>
    egress.told
      .filter(({ typeUrl }) => typeUrl.endsWith('Listener'))
      .slice(-1)
      .flatMap((told) => read(told).flatMap(({ filterChains = [] }) => filterChains))
      .flatMap(({ filterChainMatch }) => filterChainMatch?.serverNames ?? []);
  const wanted: string[] = [];
  for (const mesh of ['m1', 'm2']) {
    await request('PUT', `/meshes/${mesh}`, { type: 'Mesh', name: mesh, mtls, routing: { zoneEgress: true } });
    await request('PUT', `/meshes/${mesh}/external-services/web`, {
      type: 'ExternalService',
      mesh,
      name: 'web',
      tags: { 'kuma.io/service': 'web' },
      networking: { address: '192.0.2.9:80' },
    });
    wanted.push(`web{mesh=${mesh}}`);
    await vi.waitFor(() => {
      expect(namesOf()).toEqual(wanted);
    });
  }
  const names = ['identity_cert:secret:m1', 'identity_cert:secret:m2', 'mesh_ca:secret:m1', 'mesh_ca:secret:m2'];
  const before = egress.told.length;
  egress.say('secrets', { resourceNames: names });
  const secrets = read(await egress.response(before));
  expect(secrets.map(({ name }) => name).sort()).toEqual(names);
  const certificates = secrets.flatMap(({ tlsCertificate }) => tlsCertificate?.certificateChain.inlineBytes ?? []);
  const subjects = certificates.map((chain) => new X509Certificate(Buffer.from(chain, 'base64')).subjectAltName);
  expect(subjects.sort()).toEqual(
    ['m1', 'm2'].map((mesh) => `URI:spiffe://${mesh}/zone-egress, URI:kuma://kuma.io/service/zone-egress`),
  );
});
