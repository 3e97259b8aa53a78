import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const mesh = { kind: 'Mesh' };
const healthCheck = (conf: object): Document => ({
  type: 'MeshHealthCheck',
  name: 'check',
  spec: { targetRef: mesh, to: [{ targetRef: mesh, default: conf }] },
});
const clusterFor = (protocol: string | undefined, conf: object, ...more: Document[]) =>
  computeFor([web(), backend(protocol), routeAll, ...more, healthCheck(conf)]).plan.clusters.get('backend');

const tags = { name: 'x-kuma-tags', value: '&kuma.io/service=web&' };
const off = { disabled: true };
const connects = { kind: 'tcp', receive: [] };
const requests = { kind: 'http', path: '/', headers: [tags], expectedStatuses: [], isHttp2: false };

describe('MeshHealthCheck', () => {
  it.each([
    ['tcp', { tcp: {} }, connects],
    ['tcp', { tcp: off }, undefined],
    ['tcp', { http: {} }, undefined],
    [undefined, { tcp: {} }, undefined],
    ['kafka', { tcp: {} }, undefined],
    ['http', { http: {} }, requests],
    ['http2', { http: {} }, { ...requests, isHttp2: true }],
    ['http', { tcp: {} }, undefined],
    ['http', { tcp: {}, http: off }, connects],
    ['http', { tcp: off, http: off }, undefined],
    ['grpc', { grpc: {} }, { kind: 'grpc' }],
    ['grpc', { tcp: {} }, undefined],
    ['grpc', { tcp: {}, grpc: off }, connects],
  ])('asks a service that speaks %s, with %j', (protocol, conf, check) => {
    expect(clusterFor(protocol, conf)?.healthChecks?.map((each) => each.check)).toEqual(check && [check]);
  });

  it.each([
    // not decoded, as Kuma 2.5 does not
    ['payloads', 'tcp', { tcp: { send: 'eA==', receive: ['eQ=='] } }, { send: '65413d3d', receive: ['65513d3d'] }],
    ['no payloads of nothing', 'tcp', { tcp: { send: '', receive: ['', 'a'] } }, { kind: 'tcp', receive: ['61'] }],
    [
      'requests',
      'http',
      {
        http: {
          path: '/health',
          expectedStatuses: [200],
          requestHeadersToAdd: { set: [{ name: 'x-s', value: '1,2' }], add: [{ name: 'x-a', value: '3,4' }] },
        },
      },
      {
        path: '/health',
        expectedStatuses: [200],
        headers: [
          tags,
          { name: 'x-a', value: '3', append: true },
          { name: 'x-a', value: '4', append: true },
          { name: 'x-s', value: '1', append: false },
          { name: 'x-s', value: '2', append: false },
        ],
      },
    ],
    ['calls', 'grpc', { grpc: { serviceName: 's', authority: 'a' } }, { serviceName: 's', authority: 'a' }],
  ])('sends %s', (_name, protocol, conf, check) => {
    expect(clusterFor(protocol, conf)?.healthChecks?.[0]?.check).toMatchObject(check);
  });

  it('has defaults for what every check needs', () => {
    expect(clusterFor('tcp', { tcp: {} })?.healthChecks).toEqual([
      { interval: '60s', timeout: '15s', unhealthyThreshold: 5, healthyThreshold: 1, check: connects },
    ]);
  });

  it('takes over everything else', () => {
    const conf = {
      interval: '1s',
      timeout: '2s',
      unhealthyThreshold: 3,
      healthyThreshold: 4,
      initialJitter: '5s',
      intervalJitter: '6s',
      intervalJitterPercent: 7,
      noTrafficInterval: '8s',
      alwaysLogHealthCheckFailures: true,
      reuseConnection: false,
      eventLogPath: '/tmp/events',
    };
    const { alwaysLogHealthCheckFailures: alwaysLogFailures, eventLogPath: eventSinkPath, ...same } = conf;
    expect(clusterFor('tcp', { ...conf, tcp: {} })?.healthChecks).toEqual([
      { ...same, alwaysLogFailures, eventSinkPath, check: connects },
    ]);
  });

  it.each([
    ['a share of healthy endpoints', { healthyPanicThreshold: '12.5' }, { threshold: 12.5 }],
    ['what happens below it', { failTrafficOnPanic: false }, { failTraffic: false }],
    ['neither', {}, undefined],
  ])('knows %s, also where nothing is asked', (_name, conf, panic) => {
    const cluster = clusterFor('tcp', { ...conf, tcp: off });
    expect({ panic: cluster?.panic, checks: cluster?.healthChecks }).toEqual({ panic, checks: undefined });
  });

  it('takes the place of an older HealthCheck, and overrides what that says of panic', () => {
    const older: Document = {
      type: 'HealthCheck',
      name: 'older',
      ...everything,
      conf: {
        interval: '1s',
        timeout: '1s',
        unhealthyThreshold: 1,
        healthyThreshold: 1,
        healthyPanicThreshold: 10,
        failTrafficOnPanic: true,
      },
    };
    const cluster = clusterFor('tcp', { tcp: {}, healthyPanicThreshold: 20 }, older);
    expect(cluster?.healthChecks?.map(({ interval }) => interval)).toEqual(['60s']);
    expect(cluster?.panic).toEqual({ threshold: 20, failTraffic: true });
  });
});
