import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { xdsTypes } from '../../src/envoy/type-urls.js';
import { dataplane } from '../api/fixture.js';
import { startTestSkein, type StartedSkein } from '../start-skein.js';
import { AdsClient } from './ads-client.js';

let started: StartedSkein;
beforeAll(async () => {
  started = await startTestSkein({ KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE: 'none' });
});
afterAll(() => started.close());

async function request(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${started.server.apiUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.status).toBeLessThan(300);
  const text = await answer.text();
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
}

const outbound = [{ port: 10_000, tags: { 'kuma.io/service': 'backend' } }];

const putDataplane = (name: string): Promise<unknown> =>
  request('PUT', `/meshes/default/dataplanes/${name}`, dataplane(name, name, { outbound }));

/** A change of the listeners of these services' proxies. */
const putRoute = (weight: number, service: string): Promise<unknown> =>
  request('PUT', `/meshes/default/meshtcproutes/route-${service}`, {
    type: 'MeshTCPRoute',
    mesh: 'default',
    name: `route-${service}`,
    spec: {
      targetRef: { kind: 'MeshService', name: service },
      to: [
        {
          targetRef: { kind: 'MeshService', name: 'backend' },
          rules: [
            {
              default: {
                backendRefs: [
                  { kind: 'MeshService', name: 'backend', weight },
                  { kind: 'MeshService', name: 'other', weight: 1 },
                ],
              },
            },
          ],
        },
      ],
    },
  });

const deliveryOf = (name: string) =>
  request('GET', `/meshes/default/dataplanes/${name}/_delivery`) as Promise<{
    connected: boolean;
    types?: Record<string, { target: string; rejected?: { message: string }; acknowledged?: { version: string } }>;
  }>;

const listeners = xdsTypes.listeners;

async function connect(name: string, metadata: object = {}): Promise<AdsClient> {
  await putDataplane(name);
  await putRoute(1, name);
  const client = new AdsClient(started.server.dpPort, name, { metadata });
  onTestFinished(() => {
    client.close();
  });
  client.say('listeners');
  client.ack('listeners', await client.response(0));
  return client;
}

describe('delivery', () => {
  it('sends a change to those whom it concerns, and to no others', async () => {
    const [a, b] = await Promise.all([connect('a'), connect('b')]);
    await putRoute(2, 'a');
    const told = await a.response(1);
    expect(told.typeUrl).toBe(listeners);
    a.ack('listeners', told);
    await vi.waitFor(async () => {
      const type = (await deliveryOf('a')).types?.[listeners];
      expect(type?.acknowledged?.version).toBe(type?.target);
    });
    expect(b.told).toHaveLength(1);
  });

  it('brings many changes together', async () => {
    const client = await connect('many');
    client.acksAll = true;
    const begin = performance.now();
    for (let weight = 2; weight < 60; weight++) await putRoute(weight, 'many');
    const pushes = Math.ceil((performance.now() - begin) / 300) + 1;
    await vi.waitFor(async () => {
      const [newest] = client.told.slice(-1);
      expect((await deliveryOf('many')).types?.[listeners]?.target).toBe(newest?.versionInfo);
    });
    expect(client.told.length - 1).toBeLessThanOrEqual(pushes);
  });

  it('shows a refusal, does not repeat what was refused, and sends the next version at once', async () => {
    const client = await connect('picky');
    await putRoute(2, 'picky');
    client.nack('listeners', await client.response(1), 'not like this');
    await vi.waitFor(async () => {
      expect((await deliveryOf('picky')).types?.[listeners]?.rejected?.message).toBe('not like this');
    });
    await putDataplane('bystander');
    await putRoute(3, 'picky');
    expect((await client.response(2)).versionInfo).not.toBe(client.told[1]?.versionInfo);
    const metrics = await (await fetch(`${started.server.diagnosticsUrl}/metrics`)).text();
    expect(metrics).toMatch(/^xds_nacks_total\{.*\} [1-9]/m);
  });

  it('keeps no queue for a client that does not answer: it gets the newest state', async () => {
    const client = await connect('slow');
    await putRoute(2, 'slow');
    const stale = await client.response(1);
    for (let weight = 3; weight < 8; weight++) await putRoute(weight, 'slow');
    const { target } = (await deliveryOf('slow')).types?.[listeners] ?? {};
    expect(client.told).toHaveLength(2);
    client.ack('listeners', stale);
    expect((await client.response(2)).versionInfo).toBe(target);
  });

  it('sends nothing that a client has from an earlier stream', async () => {
    const first = await connect('again');
    const [told] = first.told;
    first.close();
    const second = new AdsClient(started.server.dpPort, 'again');
    onTestFinished(() => {
      second.close();
    });
    second.say('listeners', { versionInfo: told?.versionInfo });
    second.say('clusters');
    expect((await second.response(0)).typeUrl).toBe(xdsTypes.clusters);
  });

  it('shows in _config what it sends, but for keys', async () => {
    const client = await connect('shown', { 'dataplane.admin.port': '9901' });
    const { xds } = (await request('GET', '/meshes/default/dataplanes/shown/_config')) as {
      xds: Record<string, object>;
    };
    const shown = xds[listeners] ?? {};
    expect(client.told[0]?.resources).toHaveLength(Object.keys(shown).length);
    // what only a connected proxy has, and its key, which nobody sees
    expect(Object.keys(shown)).toContain('kuma:envoy:admin');
    expect(JSON.stringify(shown)).toContain('"privateKey":{"inlineBytes":"<redacted>"}');
  });
});

describe('connections', () => {
  it('make a proxy online, and its end offline', async () => {
    const client = await connect('insight');
    const statusOf = async () => {
      const { dataplaneInsight } = (await request('GET', '/meshes/default/dataplanes/insight/_overview')) as {
        dataplaneInsight: { subscriptions?: readonly Record<string, unknown>[] };
      };
      return dataplaneInsight.subscriptions;
    };
    await vi.waitFor(async () => {
      expect(await statusOf()).toEqual([expect.objectContaining({ connectTime: expect.any(String) as unknown })]);
    });
    expect((await statusOf())?.[0]).not.toHaveProperty('disconnectTime');
    client.close();
    await vi.waitFor(async () => {
      expect(await statusOf()).toEqual([
        expect.objectContaining({
          disconnectTime: expect.any(String) as unknown,
          status: expect.objectContaining({
            total: { responsesSent: '1', responsesAcknowledged: '1' },
            lds: { responsesSent: '1', responsesAcknowledged: '1' },
          }) as unknown,
        }),
      ]);
    });
    expect(await deliveryOf('insight')).toEqual({ connected: false });
  });

  it('tell of an identity as long as there is mTLS, also to those who come back without it', async () => {
    const path = '/meshes/mutual';
    const setMtls = (mtls: object) => request('PUT', path, { type: 'Mesh', name: 'mutual', mtls });
    const insight = async () => {
      const { dataplaneInsight } = await request('GET', `${path}/dataplanes/web/_overview`);
      return dataplaneInsight as { readonly mTLS?: object; readonly subscriptions: readonly { generation?: number }[] };
    };
    const come = () => {
      const client = new AdsClient(started.server.dpPort, 'web', { mesh: 'mutual' });
      client.acksAll = true;
      client.say('clusters');
      client.say('listeners');
      client.say('secrets', { resourceNames: ['identity_cert:secret:mutual', 'mesh_ca:secret:mutual'] });
      return client;
    };
    const on = { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] };
    await setMtls(on);
    await request('PUT', `${path}/dataplanes/web`, { ...dataplane('web', 'web'), mesh: 'mutual' });
    const first = come();
    await vi.waitFor(async () => {
      expect((await insight()).mTLS).toMatchObject({ issuedBackend: 'ca-1', certificateRegenerations: 1 });
    });
    const told = first.told.length;
    await setMtls({});
    // it has taken what is new, and said so
    await first.response(told);
    await vi.waitFor(async () => {
      expect((await insight()).mTLS).toBeUndefined();
    });
    await setMtls(on);
    await vi.waitFor(async () => {
      expect((await insight()).mTLS).toMatchObject({ certificateRegenerations: 1 });
    });
    first.close();
    await vi.waitFor(async () => {
      expect((await insight()).subscriptions.at(-1)).toHaveProperty('disconnectTime');
    });
    await setMtls({});
    const second = come();
    onTestFinished(() => {
      second.close();
    });
    await vi.waitFor(async () => {
      const { mTLS, subscriptions } = await insight();
      expect([mTLS, subscriptions.map(({ generation }) => generation)]).toEqual([undefined, [undefined, undefined]]);
    });
  });

  it.each([
    { name: 'of a proxy that nobody knows', node: 'nobody', code: 2, details: /not found/ },
    { name: 'without a token', node: 'a', code: 2, details: /authentication failed/, auth: 'dpToken' },
  ])('$name are refused', async ({ node, code, details, auth }) => {
    const own = auth === undefined ? started : await startTestSkein({ KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE: auth });
    if (own !== started) {
      onTestFinished(() => own.close());
      await fetch(`${own.server.apiUrl}/meshes/default/dataplanes/a`, {
        method: 'PUT',
        body: JSON.stringify(dataplane('a', 'a')),
        headers: { 'content-type': 'application/json' },
      });
    }
    const client = new AdsClient(own.server.dpPort, node);
    onTestFinished(() => {
      client.close();
    });
    client.say('clusters');
    const error = await client.ended;
    expect(error?.code).toBe(code);
    expect(error?.details).toMatch(details);
    expect(client.told).toEqual([]);
  });
});
