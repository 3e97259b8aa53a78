import { describe, expect, it } from 'vitest';

import type { RouteAction } from '../plan/http-plan.js';
import {
  allConnections,
  allRequests,
  computeGateway,
  connectionPolicy,
  gatewayRoute,
  meshGateway,
  portsOf,
  routesOf,
  to,
} from '../../test/plan/gateway.js';
import { backend, type Document } from '../../test/plan/plan-proxy.js';

const http = meshGateway({ port: 8080, protocol: 'HTTP' });
const tcp = meshGateway({ port: 9090, protocol: 'TCP' });
const requests = allRequests(to('backend'));
const connections = allConnections(to('backend'));

/** What is done with all requests. */
function actionOf(...documents: readonly Document[]): Extract<RouteAction, { kind: 'forward' }> | undefined {
  const action = routesOf(portsOf(http, ...documents)['edge:HTTP:8080'])['*']?.[0]?.action;
  return action?.kind === 'forward' ? action : undefined;
}
const clusterOf = (...documents: readonly Document[]) =>
  [...computeGateway(...documents).plan.clusters.values()].find(({ origin }) => origin === 'gateway');
const chainOf = (...documents: readonly Document[]) => {
  const traffic = portsOf(tcp, ...documents)['edge:TCP:9090']?.traffic;
  return traffic?.kind === 'tcp' ? traffic.chains[0]?.tcp : undefined;
};

const meshPolicy = (type: string, sections: object, targetRef: object = { kind: 'Mesh' }): Document => ({
  type,
  name: 'mesh-policy',
  spec: { targetRef, ...sections },
});
const toAll = (conf: object) => ({ to: [{ targetRef: { kind: 'Mesh' }, default: conf }] });
const fromAll = (conf: object) => ({ from: [{ targetRef: { kind: 'Mesh' }, default: conf }] });

describe('older policies on gateways', () => {
  const timeout = { connectTimeout: '3s', http: { requestTimeout: '7s', idleTimeout: '8s', maxStreamDuration: '9s' } };
  it('Timeout limits requests and clusters', () => {
    const policy = connectionPolicy('Timeout', timeout);
    expect(actionOf(requests, policy)?.timeout).toBe('7s');
    expect(clusterOf(http, requests, policy)).toMatchObject({
      connectTimeout: '3s',
      http: { version: 1, idleTimeout: '8s', maxStreamDuration: '9s' },
    });
  });
  it('Timeout without a limit for requests leaves them to Envoy', () => {
    expect(actionOf(requests, connectionPolicy('Timeout', { connectTimeout: '3s' }))).not.toHaveProperty('timeout');
  });
  it.each([
    { tags: {}, attempts: 2 },
    { tags: { 'kuma.io/protocol': 'grpc' }, attempts: 3 },
    { tags: { 'kuma.io/protocol': 'http2' }, attempts: undefined },
  ])('Retry tries requests again as the tags $tags speak: $attempts', ({ tags, attempts }) => {
    const policy = connectionPolicy('Retry', { http: { numRetries: 2 }, grpc: { numRetries: 3 } });
    expect(actionOf(allRequests(to('backend', 1, tags)), policy)?.retry?.numRetries).toBe(attempts);
  });
  it('Retry tries connections again', () => {
    const policy = connectionPolicy('Retry', { tcp: { maxConnectAttempts: 4 } });
    expect(chainOf(connections, policy)?.maxConnectAttempts).toBe(4);
  });
  it('CircuitBreaker and HealthCheck guard the clusters', () => {
    expect(
      clusterOf(
        http,
        allRequests(to('backend', 1, { 'kuma.io/protocol': 'http2' })),
        connectionPolicy('CircuitBreaker', { thresholds: { maxConnections: 3 } }),
        connectionPolicy('HealthCheck', {
          interval: '5s',
          timeout: '1s',
          unhealthyThreshold: 1,
          healthyThreshold: 1,
          http: { path: '/' },
        }),
      ),
    ).toMatchObject({ circuitBreaker: { maxConnections: 3 }, healthChecks: [{ check: { isHttp2: true } }] });
  });
  it('are those of the destination', () => {
    const policy = connectionPolicy('CircuitBreaker', { thresholds: { maxConnections: 3 } }, 'others');
    expect(clusterOf(http, requests, policy)).not.toHaveProperty('circuitBreaker');
  });
  it('RateLimit limits the routes', () => {
    const policy = connectionPolicy('RateLimit', { http: { requests: 5, interval: '10s' } });
    expect(routesOf(portsOf(http, requests, policy)['edge:HTTP:8080'])['*']?.[0]?.rateLimit).toMatchObject({
      requests: 5,
    });
  });
  const mesh: Document = {
    type: 'Mesh',
    name: 'default',
    logging: {
      defaultBackend: 'f',
      backends: [
        {
          name: 'f',
          type: 'file',
          format: 'log %KUMA_TRAFFIC_DIRECTION% %KUMA_DESTINATION_SERVICE%',
          conf: { path: '/l' },
        },
      ],
    },
    tracing: {
      defaultBackend: 'd',
      backends: [{ name: 'd', type: 'datadog', conf: { address: '10.1.1.1', port: 8126, splitService: true } }],
    },
  };
  it('TrafficLog logs what comes in, wherever it goes', () => {
    const policy = connectionPolicy('TrafficLog', {});
    expect(portsOf(mesh, http, requests, policy)['edge:HTTP:8080']?.accessLogs).toMatchObject([
      { format: { text: 'log INBOUND *\n' } },
    ]);
  });
  it('TrafficTrace traces requests under the name of the gateway', () => {
    const trace = { type: 'TrafficTrace', name: 't', selectors: [{ match: { 'kuma.io/service': '*' } }], conf: {} };
    expect(portsOf(mesh, http, requests, trace)['edge:HTTP:8080']?.tracing?.provider).toEqual({
      kind: 'datadog',
      service: 'edge',
    });
  });
});

describe('newer policies on gateways', () => {
  it('MeshTimeout limits requests and clusters', () => {
    const policy = meshPolicy('MeshTimeout', toAll({ connectionTimeout: '3s', http: { requestTimeout: '7s' } }));
    expect(actionOf(requests, policy)).toMatchObject({ timeout: '7s', idleTimeout: '5s' });
    expect(clusterOf(http, requests, backend('http'), policy)?.connectTimeout).toBe('3s');
  });
  it('MeshRetry tries again, and makes an older Retry go', () => {
    const older = connectionPolicy('Retry', { http: { numRetries: 2 } });
    const conf = { http: { numRetries: 5 }, tcp: { maxConnectAttempt: 6 } };
    expect(actionOf(requests, older, meshPolicy('MeshRetry', toAll(conf)))?.retry?.numRetries).toBe(5);
    expect(actionOf(requests, older, meshPolicy('MeshRetry', toAll({ tcp: conf.tcp })))?.retry).toBeUndefined();
    expect(chainOf(connections, meshPolicy('MeshRetry', toAll(conf)))?.maxConnectAttempts).toBe(6);
  });
  it('MeshHealthCheck asks as the port speaks, once', () => {
    const policy = meshPolicy('MeshHealthCheck', toAll({ http: { path: '/' }, tcp: {} }));
    const twice = gatewayRoute({
      http: { rules: [{ matches: [{ path: { match: 'PREFIX', value: '/a' } }], backends: [to('backend')] }] },
    });
    expect(clusterOf(http, twice, policy)?.healthChecks).toMatchObject([{ check: { kind: 'http' } }]);
    expect(clusterOf(tcp, connections, policy)?.healthChecks).toMatchObject([{ check: { kind: 'tcp' } }]);
  });
  it('MeshAccessLog logs what comes in, wherever it goes, once', () => {
    const backends = [
      { type: 'File', file: { path: '/l', format: { type: 'Plain', plain: '%KUMA_DESTINATION_SERVICE%' } } },
    ];
    const two = meshGateway(
      { port: 8080, protocol: 'HTTP', hostname: 'a.org' },
      { port: 8080, protocol: 'HTTP', hostname: 'b.org' },
    );
    const policy = meshPolicy('MeshAccessLog', { ...toAll({ backends }), ...fromAll({ backends: [] }) });
    expect(portsOf(two, requests, policy)['edge:HTTP:8080']?.accessLogs).toMatchObject([{ format: { text: '*\n' } }]);
    expect(portsOf(tcp, policy)['edge:TCP:9090']?.accessLogs).toEqual([]);
  });
  it('MeshTrace splits spans', () => {
    const backends = [{ type: 'Zipkin', zipkin: { url: 'http://z:9411/a' } }];
    const policy = meshPolicy('MeshTrace', { default: { backends } });
    expect(portsOf(http, requests, policy)['edge:HTTP:8080']?.tracing?.provider).toMatchObject({ splitsSpans: true });
  });
  it('MeshFaultInjection harms requests without TLS', () => {
    const policy = meshPolicy(
      'MeshFaultInjection',
      fromAll({ http: [{ abort: { httpStatus: 500, percentage: 50 } }] }),
    );
    expect(portsOf(http, requests, policy)['edge:HTTP:8080']?.traffic).toMatchObject({
      filters: [{ kind: 'fault', fault: { abort: { status: 500 } } }],
    });
  });
  it('MeshRateLimit limits ports for requests alone, without another filter', () => {
    const rates = {
      http: { requestRate: { num: 3, interval: '10s' } },
      tcp: { connectionRate: { num: 5, interval: '1s' } },
    };
    const policy = meshPolicy('MeshRateLimit', fromAll({ local: rates }));
    const port = portsOf(http, requests, policy)['edge:HTTP:8080'];
    expect(port).toMatchObject({ connectionRateLimit: { connections: 5 }, traffic: { filters: [] } });
    expect(routesOf(port)['*']?.[0]?.rateLimit).toMatchObject({ requests: 3 });
    expect(portsOf(tcp, connections, policy)['edge:TCP:9090']).not.toHaveProperty('connectionRateLimit');
  });
  it('MeshRateLimit limits requests for which there is no route', () => {
    const policy = meshPolicy(
      'MeshRateLimit',
      fromAll({ local: { http: { requestRate: { num: 3, interval: '1s' } } } }),
    );
    expect(routesOf(portsOf(http, policy)['edge:HTTP:8080'])['*']).toMatchObject([
      { action: { kind: 'answer', status: 404 }, rateLimit: { requests: 3 } },
    ]);
  });
  it('MeshLoadBalancingStrategy hashes requests and chooses hosts', () => {
    const ringHash = { hashPolicies: [{ type: 'Header', header: { name: 'x' } }] };
    const policy = meshPolicy('MeshLoadBalancingStrategy', toAll({ loadBalancer: { type: 'RingHash', ringHash } }));
    expect(actionOf(requests, policy)?.hashPolicies).toMatchObject([{ kind: 'header', name: 'x' }]);
    expect(clusterOf(http, requests, policy)?.loadBalancer).toMatchObject({ kind: 'ring-hash' });
  });
  const backends = [{ type: 'File', file: { path: '/l' } }];
  const loadBalancer = { type: 'Maglev', maglev: { hashPolicies: [{ type: 'Header', header: { name: 'x' } }] } };
  it.each([
    { type: 'MeshTimeout', conf: { http: { requestTimeout: '7s' } } },
    { type: 'MeshRetry', conf: { http: { numRetries: 5 } } },
    { type: 'MeshAccessLog', conf: { backends } },
    { type: 'MeshLoadBalancingStrategy', conf: { loadBalancer } },
  ])('$type is silent about requests as soon as it speaks of one service', ({ type, conf }) => {
    const forService = { targetRef: { kind: 'MeshService', name: 'other' }, default: conf };
    const policy = meshPolicy(type, { to: [...toAll(conf).to, forService] });
    const portWith = (...policies: readonly Document[]) => portsOf(http, requests, ...policies)['edge:HTTP:8080'];
    expect(portWith(policy)).toEqual(portWith());
    expect(portWith(meshPolicy(type, toAll(conf)))).not.toEqual(portWith());
  });
  it('what MeshTimeout says of one route leaves the gateway its limits', () => {
    const route: Document = {
      type: 'MeshHTTPRoute',
      name: 'r',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], default: {} }],
          },
        ],
      },
    };
    const ofRoute: Document = {
      type: 'MeshTimeout',
      name: 'of-route',
      spec: { targetRef: { kind: 'MeshHTTPRoute', name: 'r' }, ...toAll({ http: { requestTimeout: '1s' } }) },
    };
    const policy = meshPolicy('MeshTimeout', toAll({ http: { requestTimeout: '7s' } }));
    expect(actionOf(requests, route, ofRoute, policy)?.timeout).toBe('7s');
  });
  it('MeshCircuitBreaker guards clusters by their service', () => {
    const conf = { connectionLimits: { maxConnections: 2 } };
    const policy = meshPolicy('MeshCircuitBreaker', {
      to: [{ targetRef: { kind: 'MeshService', name: 'backend' }, default: conf }],
    });
    expect(clusterOf(http, requests, policy)?.circuitBreaker).toEqual({ maxConnections: 2 });
  });
});
