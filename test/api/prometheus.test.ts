import { createServer, type AddressInfo } from 'node:net';

import { expect, it } from 'vitest';

import { dataplane, startServer } from './fixture.js';

const findFreePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

interface Answer {
  readonly version_info: string;
  readonly resources: readonly { readonly targets: readonly { readonly name: string }[] }[];
}

it('Prometheus hears of a proxy as soon as it is there', async () => {
  const port = await findFreePort();
  const server = await startServer({
    KUMA_MONITORING_ASSIGNMENT_SERVER_PORT: String(port),
    KUMA_MONITORING_ASSIGNMENT_SERVER_ASSIGNMENT_REFRESH_INTERVAL: '1ms',
  });
  expect(await server.prometheus.listen()).toBe(port);
  const metrics = { enabledBackend: 'p', backends: [{ name: 'p', type: 'prometheus' }] };
  await server.put('/meshes/default', { type: 'Mesh', name: 'default', metrics });
  const ask = async (version: string, wait: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/v3/discovery:monitoringassignments?fetch-timeout=${wait}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ version_info: version }),
    });
  const first = (await (await ask('', '0s')).json()) as Answer;
  expect(first.resources).toEqual([]);
  const waiting = ask(first.version_info, '1h');
  // answered after the other was received
  expect((await ask(first.version_info, '1ms')).status).toBe(304);
  await server.put('/meshes/default/dataplanes/web-1', dataplane('web-1', 'web'));
  const next = (await (await waiting).json()) as Answer;
  expect(next.resources.map(({ targets }) => targets[0]?.name)).toEqual(['web-1']);
});

it('Prometheus is told nothing unless a port is named', async () => {
  const server = await startServer();
  expect(await server.prometheus.listen()).toBe(undefined);
});
