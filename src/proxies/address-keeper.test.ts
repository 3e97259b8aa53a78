import { expect, it, onTestFinished } from 'vitest';

import { startServer } from '../../test/api/fixture.js';
import { nextAddresses } from '../pipeline/next-addresses.js';
import { AddressKeeper } from './address-keeper.js';

const redirected = (name: string, service: string) => ({
  type: 'Dataplane',
  mesh: 'default',
  name,
  networking: {
    address: '10.0.0.1',
    inbound: [{ port: 80, tags: { 'kuma.io/service': service } }],
    transparentProxying: { redirectPortInbound: 15006, redirectPortOutbound: 15001 },
  },
});

it('gives addresses when a proxy connects, and from then on whenever a host comes', async () => {
  const server = await startServer();
  const { store, world } = server;
  const errors: unknown[] = [];
  const keeper = new AddressKeeper({
    store,
    world,
    now: () => '2024-01-01T00:00:00Z',
    onError: (error) => void errors.push(error),
  });
  const isComplete = (): boolean => nextAddresses(world().meshes.get('default')!) === undefined;
  const put = async (name: string, service: string): Promise<void> => {
    await server.put(`/meshes/default/dataplanes/${name}`, redirected(name, service));
    keeper.onWorldChange();
  };
  await put('web-1', 'web');
  expect(isComplete()).toBe(false);
  await keeper.follow('default');
  expect(isComplete()).toBe(true);
  const given = new Promise<void>((resolve, reject) => {
    store
      .watch(world().revision, (changes) => {
        if (changes.some(({ key }) => key.type === 'Config')) resolve();
      })
      .then((watch) => {
        if (watch.ok) onTestFinished(watch.value);
      }, reject);
  });
  await put('api-1', 'api');
  await given;
  expect(isComplete()).toBe(true);
  expect(errors).toEqual([]);
});
