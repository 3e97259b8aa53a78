import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';

import { AdsProxy, clusters } from '../../bench/ads-proxy.mjs';
import { dataplane } from '../api/fixture.js';
import { startTestSkein, type StartedSkein } from '../start-skein.js';
import { AdsClient } from './ads-client.js';

const silent = (): void => undefined;

let started: StartedSkein;
beforeAll(async () => {
  started = await startTestSkein({}, { pingInterval: 200 });
});
afterAll(() => started.close());

async function request(method: string, path: string, body?: object): Promise<string> {
  const answer = await fetch(`${started.server.apiUrl}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  expect(answer.status).toBeLessThan(300);
  return answer.text();
}

const putDataplane = (name: string): Promise<unknown> =>
  request('PUT', `/meshes/default/dataplanes/${name}`, dataplane(name, name));

const makeToken = (name: string): Promise<string> => request('POST', '/tokens/dataplane', { mesh: 'default', name });

/** A relay to the port of proxies that can stop to pass anything on, the end of a connection included. */
async function startRelay(): Promise<{ readonly port: number; freeze(): void; heal(): void }> {
  const links: { readonly client: Socket; readonly upstream: Socket }[] = [];
  const relay = createServer((client) => {
    const upstream = connect(started.server.dpPort, '127.0.0.1');
    client.on('error', silent).on('data', (data) => upstream.write(data));
    upstream.on('error', silent).on('data', (data) => client.write(data));
    links.push({ client, upstream });
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void relay.close());
  return {
    port: (relay.address() as AddressInfo).port,
    freeze: () => {
      for (const { client, upstream } of links)
        for (const end of [client, upstream]) end.removeAllListeners('data').pause();
    },
    // what comes for a connection that the other side has forgotten is answered with a reset
    heal: () => {
      for (const { client, upstream } of links.splice(0)) for (const end of [client, upstream]) end.resetAndDestroy();
    },
  };
}

interface Overview {
  readonly dataplaneInsight: { readonly subscriptions?: readonly { readonly disconnectTime?: string }[] };
}

const isOnline = async (name: string): Promise<boolean> => {
  const text = await request('GET', `/meshes/default/dataplanes/${name}/_overview`);
  const { subscriptions = [] } = (JSON.parse(text) as Overview).dataplaneInsight;
  return subscriptions.at(-1)?.disconnectTime === undefined && subscriptions.length > 0;
};

it('a proxy that vanishes without a word is offline soon, and online when it comes back', async () => {
  await putDataplane('half-open');
  const token = await makeToken('half-open');
  const relay = await startRelay();
  const open = (): AdsProxy => {
    const proxy = new AdsProxy({ port: relay.port, mesh: 'default', name: 'half-open', token });
    onTestFinished(() => {
      proxy.close();
    });
    return proxy;
  };
  const proxy = open();
  await proxy.until((each) => each.count(clusters) > 0);
  await vi.waitFor(async () => {
    expect(await isOnline('half-open')).toBe(true);
  });
  relay.freeze();
  await vi.waitFor(
    async () => {
      expect(await isOnline('half-open')).toBe(false);
    },
    { timeout: 15_000 },
  );
  relay.heal();
  expect(await proxy.ended).toEqual({ goaway: false });
  const again = open();
  await again.until((each) => each.count(clusters) > 0);
  await vi.waitFor(async () => {
    expect(await isOnline('half-open')).toBe(true);
  });
});

it.each([
  { protocol: 'state of the world', isDelta: false },
  { protocol: 'incremental', isDelta: true },
])('a stream ($protocol) ends with its token, which opens none any more; others go on', async ({ isDelta }) => {
  const name = isDelta ? 'revoked-delta' : 'revoked';
  const open = async (proxy: string, token: string): Promise<AdsClient> => {
    await putDataplane(proxy);
    const client = new AdsClient(started.server.dpPort, proxy, { token, isDelta });
    onTestFinished(() => {
      client.close();
    });
    client.say('clusters');
    return client;
  };
  const token = await makeToken(name);
  const [revoked, other] = [await open(name, token), await open(`${name}-not`, await makeToken(`${name}-not`))];
  await Promise.all([revoked.response(0), other.response(0)]);
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { readonly jti: string };
  await request('PUT', '/meshes/default/secrets/dataplane-token-revocations-default', {
    type: 'Secret',
    mesh: 'default',
    name: 'dataplane-token-revocations-default',
    data: Buffer.from(claims.jti).toString('base64'),
  });
  expect(await revoked.ended).toMatchObject({ code: 2, details: expect.stringContaining('revoked') as unknown });
  const again = await open(name, token);
  expect(await again.ended).toMatchObject({ code: 2, details: expect.stringContaining('revoked') as unknown });
  expect(again.told).toEqual([]);
  // the other one was asked for its token too
  other.say('clusters', { responseNonce: other.told[0]?.nonce });
  other.say('listeners');
  await other.response(1);
});
