import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startTestSkein } from '../start-skein.js';
import { route, startServer } from './fixture.js';

/** Series of a metric: labels to value. */
const seriesOf = (text: string, metric: string): ReadonlyMap<string, number> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const found = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line);
      return found?.[1] === metric ? [[found[2] ?? '', Number(found[3])] as const] : [];
    }),
  );

const valueOf = (text: string, metric: string, ...labels: readonly string[]): number | undefined =>
  [...seriesOf(text, metric)].find(([all]) => labels.every((label) => all.includes(label)))?.[1];

const path = '/meshes/default/meshtcproutes/r';

describe('metrics', () => {
  it('have the names and labels of Kuma', async () => {
    const { put, get, metrics, store } = await startServer();
    await put(path, route('r', { targetRef: { kind: 'Mesh' } }));
    await put(path, route('r', { targetRef: { kind: 'Mesh' } }));
    await get(path);
    await get('/nope');
    const text = await metrics.render();
    const handler = 'handler="/meshes/{mesh}/meshtcproutes/{name}"';
    const requests = 'api_server_http_request_duration_seconds';
    expect(valueOf(text, `${requests}_count`, handler, 'method="PUT"', 'code="201"', 'zone="Standalone"')).toBe(1);
    expect(valueOf(text, `${requests}_count`, handler, 'method="PUT"', 'code="200"')).toBe(1);
    expect(valueOf(text, `${requests}_count`, 'handler=""', 'code="404"')).toBe(1);
    expect(valueOf(text, `${requests}_bucket`, handler, 'code="200"', 'le="10"')).toBeGreaterThan(0);
    expect(valueOf(text, 'api_server_http_response_size_bytes_sum', handler, 'code="201"')).toBe(0);
    expect(valueOf(text, 'api_server_http_response_size_bytes_sum', handler, 'method="GET"')).toBeGreaterThan(100);
    expect(valueOf(text, 'api_server_http_requests_inflight', handler)).toBe(0);
    expect(valueOf(text, 'store_count', 'operation="create"', 'resource_type="MeshTCPRoute"')).toBe(1);
    expect(valueOf(text, 'store_count', 'operation="update"', 'resource_type="MeshTCPRoute"')).toBe(1);
    expect(valueOf(text, 'store_count', 'operation="get"', 'resource_type="MeshTCPRoute"')).toBe(3);
    expect(valueOf(text, 'resources_count', 'resource_type="MeshTCPRoute"')).toBe(1);
    expect(valueOf(text, 'resources_count', 'resource_type="Dataplane"')).toBe(0);
    expect(valueOf(text, 'store_revision')).toBe(await store.revision());
    expect(valueOf(text, 'leader')).toBe(1);
    expect(valueOf(text, 'cp_info', 'product="skein"', 'instance_id=', 'cluster_id=')).toBe(1);
  });

  it('count lists and lost writes', async () => {
    const { get, store, metrics, put } = await startServer();
    await get('/meshtcproutes');
    const write = put(path, route('r', { targetRef: { kind: 'Mesh' } }));
    const noFacets = { tagSets: [], gateway: null };
    const key = { type: 'MeshTCPRoute', mesh: 'default', name: 'r' };
    await write;
    const put_ = { op: 'put', key, spec: '{}', facets: noFacets, ownedByMesh: true, time: '' } as const;
    await store.transact({ preconditions: [], operations: [{ ...put_, expected: { state: 'absent' } }] });
    const text = await metrics.render();
    expect(valueOf(text, 'store_count', 'operation="list"', 'resource_type="MeshTCPRoute"')).toBe(1);
    expect(valueOf(text, 'store_conflicts', 'resource_type="MeshTCPRoute"')).toBe(1);
  });
});

describe('readiness', () => {
  it('ends at once when the server closes, while requests under way are answered', async () => {
    const started = await startTestSkein();
    onTestFinished(() => started.close());
    const { server: skein } = started;
    expect((await fetch(`${skein.diagnosticsUrl}/ready`)).status).toBe(200);
    expect(await (await fetch(`${skein.diagnosticsUrl}/metrics`)).text()).toMatch(/^cp_info\{/m);
    const { port } = new URL(skein.apiUrl);
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const body = JSON.stringify({ type: 'Mesh', name: 'm' });
    socket.write(
      `PUT /meshes/m HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    await once(socket, 'data');
    const closing = started.close();
    expect((await fetch(`${skein.diagnosticsUrl}/ready`)).status).toBe(503);
    await expect(fetch(skein.apiUrl)).rejects.toThrow();
    socket.write(body);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 201 /);
    await closing;
    await expect(fetch(skein.diagnosticsUrl)).rejects.toThrow();
  });
});
