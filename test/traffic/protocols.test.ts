import { describe, expect, it } from 'vitest';

import { callGrpc, connectOnce, get, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, type InboundOptions, type LiveMesh, type Proxy } from './live-mesh.js';
import { startEcho, startGrpc, startWeb, type Workload } from './workloads.js';

const askOverHttp = async (to: Target): Promise<string> => (await get(to)).body.replace(' /', '');

/** How to talk to a service of each protocol, and which of two routes its connections take. */
const cases = [
  { protocol: 'http', start: startWeb, ask: askOverHttp, winner: 'MeshHTTPRoute' },
  { protocol: 'grpc', start: startGrpc, ask: callGrpc, winner: 'MeshHTTPRoute' },
  { protocol: 'tcp', start: startEcho, ask: connectOnce, winner: 'MeshTCPRoute' },
  { protocol: 'kafka', start: startEcho, ask: connectOnce, winner: 'MeshTCPRoute' },
  { protocol: undefined, start: startEcho, ask: connectOnce, winner: 'MeshTCPRoute' },
] as const;

const serviceOf = (protocol: string | undefined): string => `${protocol ?? 'unset'}-service`;

/** A route of every service to the instances that are meant for routes of its type. */
const routeAll = (type: 'MeshHTTPRoute' | 'MeshTCPRoute'): object => ({
  spec: {
    targetRef: { kind: 'MeshService', name: 'client' },
    to: cases.map(({ protocol }) => {
      const service = serviceOf(protocol);
      const toMarked = { backendRefs: [{ kind: 'MeshServiceSubset', name: service, tags: { marked: type } }] };
      const matches = [{ path: { type: 'PathPrefix', value: '/' } }];
      return {
        targetRef: { kind: 'MeshService', name: service },
        rules: [type === 'MeshTCPRoute' ? { default: toMarked } : { matches, default: toMarked }],
      };
    }),
  },
});

describe.skipIf(isWithoutEnvoy)('of two routes', () => {
  let mesh: LiveMesh;
  let client: Proxy;

  useMesh(async (live) => {
    mesh = live;
    const inbounds: InboundOptions[] = [];
    for (const { protocol, start } of cases) {
      for (const marked of ['MeshHTTPRoute', 'MeshTCPRoute']) {
        const workload: Workload = await live.use(start(marked));
        const protocolIfAny = protocol === undefined ? {} : { protocol };
        inbounds.push({ service: serviceOf(protocol), workload, ...protocolIfAny, tags: { marked } });
      }
    }
    await live.addProxy('servers', { inbounds });
    client = await live.addProxy('client', { outbounds: cases.map(({ protocol }) => serviceOf(protocol)) });
    await live.put('MeshHTTPRoute', 'by-http', routeAll('MeshHTTPRoute'));
    await live.put('MeshTCPRoute', 'by-tcp', routeAll('MeshTCPRoute'));
  });

  it.each(cases)('$winner counts when the protocol is $protocol', async ({ protocol, ask, winner }) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(client.outbound(serviceOf(protocol)))));
    expect(new Set(answers)).toEqual(new Set([winner]));
  });

  it('MeshTCPRoute counts for HTTP too when it is the only one', async () => {
    await mesh.delete('MeshHTTPRoute', 'by-http');
    expect(await askOverHttp(client.outbound('http-service'))).toBe('MeshTCPRoute');
    expect(await callGrpc(client.outbound('grpc-service'))).toBe('MeshTCPRoute');
  });
});
