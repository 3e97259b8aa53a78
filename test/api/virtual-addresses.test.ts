import { expect, it } from 'vitest';

import { dataplane, startServer } from './fixture.js';

const path = '/meshes/default/dataplanes';
const redirected = {
  type: 'Dataplane',
  mesh: 'default',
  name: 'web-1',
  networking: {
    address: '10.0.0.1',
    inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }],
    transparentProxying: { redirectPortInbound: 15006, redirectPortOutbound: 15001 },
  },
};

it('gives each service an address for as long as the mesh lasts, to all at once that came since the last look', async () => {
  const server = await startServer();
  const put = (name: string, service: string) => server.put(`${path}/${name}`, dataplane(name, service));
  const look = async (): Promise<readonly string[]> => {
    const { body } = await server.get(`${path}/web-1/_config`);
    return [...body.matchAll(/"statPrefix": ?"(\w+)"|"(outbound:240[^"]*)": \{/g)]
      .map(([, , listener]) => listener)
      .filter((listener) => listener !== undefined);
  };
  const addressOf = async (service: string): Promise<string | undefined> => {
    await look();
    const { spec } = (await server.store.get({ type: 'Config', mesh: 'default', name: 'kuma-default-dns-vips' }))!;
    return (JSON.parse(spec) as { readonly addresses: Readonly<Record<string, string>> }).addresses[`0:${service}`];
  };
  await server.put(`${path}/web-1`, redirected);
  await put('b-1', 'b');
  await put('a-1', 'a');
  expect(await look()).toEqual(['outbound:240.0.0.0:80', 'outbound:240.0.0.1:80', 'outbound:240.0.0.2:80']);
  expect(await addressOf('a')).toBe('240.0.0.0');
  await put('0-1', '0');
  expect(await Promise.all([addressOf('0'), addressOf('a'), addressOf('web')])).toEqual([
    '240.0.0.3',
    '240.0.0.0',
    '240.0.0.2',
  ]);
  for (const name of ['web-1', 'a-1', 'b-1', '0-1']) await server.remove(`${path}/${name}`);
  await server.remove('/meshes/default');
  await server.put('/meshes/default', { type: 'Mesh', name: 'default' });
  await server.put(`${path}/web-1`, redirected);
  expect(await addressOf('web')).toBe('240.0.0.0');
});
