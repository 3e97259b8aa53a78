import { execFileSync } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { connectOnce, get } from './callers.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh, type Proxy } from './live-mesh.js';
import { readLines } from './log-files.js';
import { serveGrpc, startEcho, startWeb, workloadHost } from './workloads.js';

/** A named pipe, and what comes out of it. */
function openPipe(path: string): { readonly text: () => string; close(): void } {
  execFileSync('mkfifo', [path]);
  // open for writing too, so that it does not end with the first writer
  const socket = new Socket({ fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
  let text = '';
  socket.on('data', (data) => (text += data.toString()));
  return { text: () => text, close: () => socket.destroy() };
}

/** Logs what goes to a service, to these backends. */
const logTo = (service: string, backends: readonly object[]): object => ({
  spec: {
    targetRef: { kind: 'MeshService', name: 'client' },
    to: [{ targetRef: { kind: 'MeshService', name: service }, default: { backends } }],
  },
});

describe.skipIf(isWithoutEnvoy)('MeshAccessLog', () => {
  let mesh: LiveMesh;
  let client: Proxy;
  let server: Proxy;
  let pipe: ReturnType<typeof openPipe>;

  useMesh(async (live) => {
    mesh = live;
    server = await live.addProxy('server', {
      inbounds: [
        { service: 'backend', workload: await live.use(startEcho('backend')) },
        { service: 'web', workload: await live.use(startWeb('web')), protocol: 'http' },
      ],
    });
    const accessLogSocketPath = join(live.folder, 'access-log.pipe');
    pipe = await live.use(openPipe(accessLogSocketPath));
    client = await live.addProxy('client', {
      outbounds: ['backend', 'web'],
      tells: { accessLogSocketPath, features: ['feature-tcp-accesslog-via-named-pipe'] },
    });
  });

  it('writes connections to a file, in the format that they have by default', async () => {
    const path = join(mesh.folder, 'connections.log');
    await mesh.put('MeshAccessLog', 'log', logTo('backend', [{ type: 'File', file: { path } }]));
    for (let i = 0; i < 3; i++) await connectOnce(client.outbound('backend'));
    const { host, port } = server.inbound('backend');
    // both sides said 6 bytes, after the name of the workload and the end of its line
    const line = `- default ${client.address}(client)->${host}:${port}(backend) took <N>ms, sent 14 bytes, received: 6 bytes`;
    const lines = (await readLines(path, 3)).map((each) =>
      each.replace(/^\[[-\d]+T[:.\d]+Z\] /, '').replace(/\d+ms/, '<N>ms'),
    );
    expect(lines).toEqual([line, line, line]);
  });

  it('writes requests to a file, as JSON', async () => {
    const path = join(mesh.folder, 'requests.log');
    const json = Object.entries({
      mesh: '%KUMA_MESH%',
      from: '%KUMA_SOURCE_SERVICE%',
      to: '%KUMA_DESTINATION_SERVICE%',
      direction: '%KUMA_TRAFFIC_DIRECTION%',
      path: '%REQ(:PATH)%',
      code: '%RESPONSE_CODE%',
    }).map(([key, value]) => ({ key, value }));
    await mesh.put(
      'MeshAccessLog',
      'log',
      logTo('web', [{ type: 'File', file: { path, format: { type: 'Json', json } } }]),
    );
    await get(client.outbound('web'), '/path');
    const [line = ''] = await readLines(path, 1);
    expect(JSON.parse(line)).toEqual({
      ...{ mesh: 'default', from: 'client', to: 'web', direction: 'OUTBOUND', path: '/path', code: 200 },
    });
  });

  it('writes to a file what a proxy takes in', async () => {
    const path = join(mesh.folder, 'inbound.log');
    const format = { type: 'Plain', plain: '%KUMA_TRAFFIC_DIRECTION% %KUMA_DESTINATION_SERVICE%' };
    const backends = [{ type: 'File', file: { path, format } }];
    await mesh.put('MeshAccessLog', 'log', {
      spec: {
        targetRef: { kind: 'MeshService', name: 'backend' },
        from: [{ targetRef: { kind: 'Mesh' }, default: { backends } }],
      },
    });
    await connectOnce(client.outbound('backend'));
    expect(await readLines(path, 1)).toEqual(['INBOUND backend']);
  });

  it('gives lines for a socket to the program that runs Envoy, with where to send them', async () => {
    const tcp = { address: 'logs.example.com:5000', format: { type: 'Plain', plain: 'from %KUMA_SOURCE_SERVICE%' } };
    await mesh.put('MeshAccessLog', 'log', logTo('backend', [{ type: 'Tcp', tcp }]));
    await connectOnce(client.outbound('backend'));
    await waitFor(() => {
      expect(pipe.text()).toContain('\n');
    });
    expect(JSON.parse(pipe.text())).toEqual({ address: 'logs.example.com:5000', message: 'from client\n' });
  });

  it('sends connections to a collector of OpenTelemetry', async () => {
    const received: Buffer[] = [];
    const collector = await mesh.use(
      serveGrpc('/opentelemetry.proto.collector.logs.v1.LogsService/Export', (request) => {
        received.push(request);
        return Buffer.alloc(0);
      }),
    );
    const openTelemetry = {
      endpoint: `${workloadHost}:${collector.port}`,
      body: { stringValue: 'from %KUMA_SOURCE_SERVICE%' },
      attributes: [{ key: 'wanted', value: 'to %KUMA_DESTINATION_SERVICE%' }],
    };
    await mesh.put('MeshAccessLog', 'log', logTo('backend', [{ type: 'OpenTelemetry', openTelemetry }]));
    await connectOnce(client.outbound('backend'));
    await waitFor(() => {
      const text = Buffer.concat(received).toString('latin1');
      expect(text).toContain('from client');
      expect(text).toContain('to backend');
    });
  });
});
