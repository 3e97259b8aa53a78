import createClient from 'openapi-fetch';
import { expect, it } from 'vitest';

import { startServer } from './fixture.js';
import type { paths } from './gen/openapi.js';

const mesh = 'default';
const name = 'tcp-route-1';
const at = { params: { path: { mesh, name } } };
const backend = { kind: 'MeshService' as const, name: 'backend' };

it('a client made of the OpenAPI document writes, reads, pages, inspects and deletes', async () => {
  const { app } = await startServer();
  const client = createClient<paths>({ baseUrl: await app.listen({ host: '127.0.0.1', port: 0 }) });
  const dataplane = '/meshes/{mesh}/dataplanes/{name}';
  const route = '/meshes/{mesh}/meshtcproutes/{name}';

  for (const each of ['backend-1', 'backend-2', 'frontend-1']) {
    const service = each.replace(/-.$/, '');
    const put = await client.PUT(dataplane, {
      params: { path: { mesh, name: each } },
      body: {
        type: 'Dataplane',
        mesh,
        name: each,
        networking: {
          address: '192.168.0.1',
          inbound: [{ port: 80, tags: { 'kuma.io/service': service } }],
          outbound: [{ port: 10001, tags: { 'kuma.io/service': 'backend' } }],
        },
      },
    });
    expect(put.response.status).toBe(201);
  }
  const refused = await client.PUT(route, {
    ...at,
    body: {
      type: 'MeshTCPRoute',
      mesh,
      name,
      spec: { targetRef: { kind: 'Mesh' }, to: [{ targetRef: { kind: 'Mesh' } }] },
    },
  });
  expect(refused.error).toMatchObject({
    invalid_parameters: [{ field: 'spec.to[0].targetRef.kind', reason: 'value is not supported' }],
  });
  const spec = {
    targetRef: { kind: 'Mesh' as const },
    to: [{ targetRef: backend, rules: [{ default: { backendRefs: [backend] } }] }],
  };
  const created = await client.PUT(route, { ...at, body: { type: 'MeshTCPRoute', mesh, name, spec } });
  expect(created.response.status).toBe(201);

  const read = await client.GET(route, at);
  expect(read.data).toMatchObject({ type: 'MeshTCPRoute', mesh, name, spec });
  const page = await client.GET('/meshes/{mesh}/dataplanes', {
    params: { path: { mesh }, query: { size: 1, offset: 1, tag: ['kuma.io/service:backend'] } },
  });
  expect(page.data).toMatchObject({ total: 2, items: [{ name: 'backend-2' }], next: null });

  const frontend = { params: { path: { mesh, name: 'frontend-1' } } };
  const rules = await client.GET('/meshes/{mesh}/dataplanes/{name}/rules', frontend);
  expect(rules.data?.items.map(({ policyType, origins }) => [policyType, origins])).toEqual([
    ['MeshTCPRoute', [{ mesh, name }]],
  ]);
  const config = await client.GET('/meshes/{mesh}/dataplanes/{name}/_config', frontend);
  expect(Object.keys(config.data?.xds ?? {})).toContain('type.googleapis.com/envoy.config.listener.v3.Listener');

  const header = { 'if-match': '"0"' };
  const lost = await client.DELETE(route, { params: { ...at.params, header } });
  expect([lost.response.status, lost.error]).toMatchObject([412, { title: 'Precondition Failed' }]);
  expect((await client.DELETE(route, at)).response.status).toBe(200);
  expect((await client.GET(route, at)).error).toMatchObject({ status: 404, detail: 'Not found' });
});
