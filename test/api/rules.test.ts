import { expect, it } from 'vitest';

import { dataplane, startServer } from './fixture.js';

const timeout = (name: string, conf: object) => ({
  type: 'MeshTimeout',
  mesh: 'default',
  name,
  spec: { targetRef: { kind: 'Mesh' }, to: [{ targetRef: { kind: 'Mesh' }, default: conf }] },
});

interface Rules {
  readonly items: readonly { readonly addresses: readonly string[]; readonly conf: object }[];
}

it('name the addresses that a mesh has given out, and show what was merged in the order of the schema', async () => {
  const server = await startServer();
  const redirected = {
    outbound: [{ port: 9, tags: { 'kuma.io/service': 'a_b' } }],
    transparentProxying: { redirectPortInbound: 15006, redirectPortOutbound: 15001 },
  };
  await server.put('/meshes/default/dataplanes/web-1', dataplane('web-1', 'a_b', redirected));
  await server.put('/meshes/default/meshtimeouts/a', timeout('a', { http: { streamIdleTimeout: '1s' } }));
  await server.put(
    '/meshes/default/meshtimeouts/b',
    timeout('b', { connectionTimeout: '1s', http: { requestTimeout: '2s' } }),
  );
  const { items } = (await server.get('/meshes/default/dataplanes/web-1/rules')).json<Rules>();
  expect(items.map(({ addresses }) => addresses)).toEqual([
    ['a_b.mesh:80', 'a.b.mesh:80', '240.0.0.0:80', '127.0.0.1:9'],
  ]);
  expect(JSON.stringify(items[0]?.conf)).toBe(
    '{"connectionTimeout":"1s","http":{"requestTimeout":"2s","streamIdleTimeout":"1s"}}',
  );
});
