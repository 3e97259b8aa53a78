import { beforeEach, describe, expect, it } from 'vitest';

import { ok, err } from '../../src/lib/result.js';
import { Registrations } from '../../src/proxies/registrations.js';
import { kinds } from '../../src/registry.js';
import type { Store } from '../../src/store/store.js';
import { HandClock, putSpec, readSpec, settle, storeWith } from './fixture.js';

const inbound = { port: 8080, tags: { 'kuma.io/service': 'web' } };
const probe = { serviceProbe: { tcp: {} } };
const document = (networking: object = {}, name = 'web-1') => ({
  type: 'Dataplane',
  mesh: 'default',
  name,
  networking: { address: '127.0.0.1', inbound: [inbound], ...networking },
});

const proxy = (resource: object | string = document(), more: object = {}) => ({
  mesh: 'default',
  name: 'web-1',
  metadata: {
    'dataplane.resource': typeof resource === 'string' ? resource : JSON.stringify(resource),
    ...more,
  },
});

const everyone = () => Promise.resolve(ok(undefined));
const instanceId = 'here-1';
const errors: unknown[] = [];

let store: Store;
let clock: HandClock;
let registrations: Registrations;

beforeEach(async () => {
  store = await storeWith({ type: 'Mesh', name: 'default' });
  clock = new HandClock();
  errors.length = 0;
  registrations = new Registrations({
    store,
    kinds,
    instanceId,
    delay: 10_000,
    now: () => '2026-01-01T00:00:00Z',
    schedule: clock.schedule,
    onError: (error) => errors.push(error),
  });
});

const stored = (name = 'web-1') => readSpec(store, 'Dataplane', 'default', name);
const revision = () => store.revision();
const goAndWait = async (who = proxy()) => {
  registrations.onDisconnect(who);
  clock.ring();
  await settle();
  await settle();
};

describe('a proxy that brings its resource along', () => {
  it.each([
    { name: 'JSON', resource: document() },
    {
      name: 'YAML',
      resource:
        'type: Dataplane\nmesh: default\nname: web-1\nnetworking:\n  address: 127.0.0.1\n  inbound: [{port: 8080, tags: {kuma.io/service: web}}]',
    },
  ])('is registered from $name', async ({ resource }) => {
    expect(await registrations.register(proxy(resource), everyone)).toEqual(ok(undefined));
    expect(await stored()).toEqual({ networking: { address: '127.0.0.1', inbound: [inbound] } });
    expect(
      (await store.list({ type: 'Dataplane', tags: [['kuma.io/service', 'web']], order: 'name', offset: 0 })).total,
    ).toBe(1);
  });

  it('is a zone proxy if it says so', async () => {
    const zoneEgress = { type: 'ZoneEgress', name: 'web-1', networking: { port: 10_002 } };
    const who = { ...proxy(zoneEgress, { 'dataplane.proxyType': 'egress' }), mesh: '' };
    expect(await registrations.register(who, everyone)).toEqual(ok(undefined));
    expect(await readSpec(store, 'ZoneEgress', '', 'web-1')).toEqual({ networking: { port: 10_002 } });
  });

  it('changes nothing when it comes back the same, and replaces what it was otherwise', async () => {
    await registrations.register(proxy(), everyone);
    const before = await revision();
    await registrations.register(proxy(), everyone);
    expect(await revision()).toBe(before);
    await registrations.register(proxy(document({ address: '127.0.0.2' })), everyone);
    expect(await stored()).toMatchObject({ networking: { address: '127.0.0.2' } });
  });

  it('keeps what a probe found out, as long as it has the same workload', async () => {
    const probed = { ...inbound, ...probe };
    const who = proxy(document({ inbound: [probed] }));
    await registrations.register(who, everyone);
    expect(await stored()).toMatchObject({ networking: { inbound: [{ state: 'NotReady', health: {} }] } });
    const ready = { networking: { address: '127.0.0.1', inbound: [{ ...probed, health: { ready: true } }] } };
    await putSpec(store, { type: 'Dataplane', mesh: 'default', name: 'web-1', spec: ready });
    const before = await revision();
    await registrations.register(who, everyone);
    expect(await revision()).toBe(before);
    await registrations.register(proxy(document({ inbound: [{ ...probed, port: 1 }] })), everyone);
    expect(await stored()).toEqual({ networking: { address: '127.0.0.1', inbound: [{ ...probed, port: 1 }] } });
  });

  it.each([
    { name: 'of another name', who: proxy(document({}, 'web-2')), error: 'does not match its resource default.web-2' },
    {
      name: 'that is invalid',
      who: proxy(document({ address: '' })),
      error: "networking.address: address can't be empty",
    },
    { name: 'that cannot be read', who: proxy('{'), error: 'invalid Dataplane object' },
    { name: 'of another kind', who: proxy({ ...document(), type: 'Mesh' }), error: 'needs a Dataplane, got "Mesh"' },
    {
      name: 'of a type unheard of',
      who: proxy(document(), { 'dataplane.proxyType': 'x' }),
      error: 'unsupported proxy type "x"',
    },
    {
      name: 'in a mesh that does not exist',
      who: { ...proxy({ ...document(), mesh: 'zzz' }), mesh: 'zzz' },
      error: 'could not register proxy passed in kuma-dp run: mesh of name zzz is not found',
    },
  ])('is refused with a resource $name', async ({ who, error }) => {
    const refused = await registrations.register(who, everyone);
    expect(refused).toEqual(err(expect.stringContaining(error)));
    expect((await store.counts()).map(({ type }) => type)).toEqual(['Mesh']);
  });

  it('takes the place of another only if it may', async () => {
    await putSpec(store, {
      type: 'Dataplane',
      mesh: 'default',
      name: 'web-1',
      spec: { networking: { address: '1.1.1.1' } },
    });
    const asked: unknown[] = [];
    const refused = await registrations.register(proxy(), (previous) => {
      asked.push(previous.spec);
      return Promise.resolve(err('no'));
    });
    expect(refused).toEqual(
      err(expect.stringContaining("override existing proxy to which you don't have an access.: no")),
    );
    expect(asked).toEqual([{ networking: { address: '1.1.1.1' } }]);
    expect(await stored()).toEqual(asked[0]);
  });

  it('goes with its resource and insight after a while', async () => {
    await registrations.register(proxy(), everyone);
    const subscriptions = [{ controlPlaneInstanceId: instanceId }];
    await putSpec(store, { type: 'DataplaneInsight', mesh: 'default', name: 'web-1', spec: { subscriptions } });
    registrations.onDisconnect(proxy());
    expect(clock.delays).toEqual([10_000]);
    expect(await stored()).toBeDefined();
    await goAndWait();
    expect((await store.counts()).map(({ type }) => type)).toEqual(['Mesh']);
  });

  it('stays when it comes back in time', async () => {
    await registrations.register(proxy(), everyone);
    registrations.onDisconnect(proxy());
    await registrations.register(proxy(), everyone);
    expect(clock.delays).toEqual([]);
    await goAndWait();
    expect(await stored()).toBeUndefined();
  });

  it('stays when it is connected to another server', async () => {
    await registrations.register(proxy(), everyone);
    const subscriptions = [{ controlPlaneInstanceId: instanceId }, { controlPlaneInstanceId: 'there' }];
    await putSpec(store, { type: 'DataplaneInsight', mesh: 'default', name: 'web-1', spec: { subscriptions } });
    await goAndWait();
    expect(await stored()).toBeDefined();
  });

  it('stays when it is the server that ends', async () => {
    await registrations.register(proxy(), everyone);
    registrations.onDisconnect(proxy());
    registrations.close();
    expect(clock.delays).toEqual([]);
  });

  it('is told of when its end fails', async () => {
    await registrations.register(proxy(), everyone);
    await store.close();
    await goAndWait();
    expect(errors).toHaveLength(1);
  });
});

it('a proxy whose resource a user made keeps it', async () => {
  const who = { mesh: 'default', name: 'web-1', metadata: {} };
  expect(await registrations.register(who, everyone)).toEqual(ok(undefined));
  registrations.onDisconnect(who);
  expect([clock.delays, await stored()]).toEqual([[], undefined]);
});
