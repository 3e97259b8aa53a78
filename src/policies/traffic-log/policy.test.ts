import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web } from '../../../test/plan/plan-proxy.js';
import { offlineNode } from '../../plan/proxy-node.js';

const mesh = {
  type: 'Mesh',
  name: 'default',
  logging: {
    defaultBackend: 'file',
    backends: [
      { name: 'file', type: 'file', conf: { path: '/tmp/log' } },
      { name: 'tcp', type: 'tcp', format: '%KUMA_SOURCE_SERVICE% %REQ(X-A)%', conf: { address: 'logs:6000' } },
    ],
  },
};
const log = (name?: string) => ({
  type: 'TrafficLog',
  name: 'log',
  ...everything,
  ...(name === undefined ? {} : { conf: { backend: name } }),
});
const logsOf = (protocol: string | undefined, policy: ReturnType<typeof log>, hasLogPipe = true) =>
  computeFor([mesh, web(), backend(protocol), routeAll, policy], {
    ...offlineNode,
    hasLogPipe,
  }).plan.outboundListeners.get('127.0.0.1:10001')?.accessLogs;

describe('TrafficLog', () => {
  it.each([
    ['connections', undefined, /^\[%START_TIME%\] %RESPONSE_FLAGS% default 10\.0\.0\.1\(web\)->.* bytes\n$/],
    [
      'requests',
      'http',
      /^\[%START_TIME%\] default "%REQ\(:method\)% .* "web" "backend" "10\.0\.0\.1" "%UPSTREAM_HOST%"\n$/,
    ],
  ])('writes a line of its own for %s', (_name, protocol, line) => {
    expect(logsOf(protocol, log())).toEqual([
      { kind: 'file', path: '/tmp/log', format: { kind: 'text', text: expect.stringMatching(line) as string } },
    ]);
  });
  it('sends lines through the pipe of the proxy, each with the address for it', () => {
    const text = 'logs:6000;web %REQ(x-a)%\n';
    expect(logsOf(undefined, log('tcp'))).toEqual([
      { kind: 'file', path: offlineNode.accessLogSocketPath, format: { kind: 'text', text } },
    ]);
  });
  it('streams them where there is no pipe', () => {
    expect(logsOf(undefined, log('tcp'), false)).toEqual([
      {
        kind: 'stream',
        name: 'logs:6000;web %REQ(x-a)%\n',
        requestHeaders: ['x-a'],
        responseHeaders: [],
        responseTrailers: [],
        filterStates: [],
      },
    ]);
  });
  it('streams with the logger for requests, connections too', () => {
    const { resources } = computeFor([mesh, web(), backend(), routeAll, log('tcp')], {
      ...offlineNode,
      hasLogPipe: false,
    });
    expect(resources.listeners.get('outbound:127.0.0.1:10001')).toMatchObject({
      filterChains: [
        {
          filters: [
            {
              typedConfig: {
                accessLog: [
                  {
                    name: 'envoy.access_loggers.http_grpc',
                    typedConfig: {
                      commonConfig: { logName: 'logs:6000;web %REQ(x-a)%\n' },
                      additionalRequestHeadersToLog: ['x-a'],
                    },
                  },
                ],
              },
            },
          ],
        },
      ],
    });
  });
  it('writes nothing to a backend that the mesh lacks', () => {
    expect(logsOf(undefined, log('none'))).toEqual([]);
  });
});
