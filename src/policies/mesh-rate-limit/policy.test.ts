import { describe, expect, it } from 'vitest';

import { computeFor, everything, web, type Document } from '../../../test/plan/plan-proxy.js';

const mesh = { kind: 'Mesh' };
const rateLimit = (local: object): Document => ({
  type: 'MeshRateLimit',
  name: 'limit',
  spec: { targetRef: mesh, from: [{ targetRef: mesh, default: { local } }] },
});
const inboundOf = (protocol: string, ...documents: Document[]) =>
  computeFor([web({ 'kuma.io/protocol': protocol }), ...documents]).plan.inbounds.get('10.0.0.1:80');

const requestRate = { num: 5, interval: '1m' };
const planned = { requests: 5, interval: '60s', headers: [] };
const tcp = { connectionRate: { num: 7, interval: '100ms' } };

describe('MeshRateLimit', () => {
  it.each([
    ['a rate', { requestRate }, planned],
    [
      'what the others are answered',
      {
        requestRate,
        onRateLimit: {
          status: 423,
          headers: { set: [{ name: 'x-s', value: '1,2' }], add: [{ name: 'x-a', value: '3,4' }] },
        },
      },
      {
        ...planned,
        status: 423,
        headers: [
          { name: 'x-a', value: '3,4', append: true },
          { name: 'x-s', value: '1', append: false },
          { name: 'x-s', value: '2', append: false },
        ],
      },
    ],
  ])('limits requests by %s', (_name, http, expected) => {
    expect(inboundOf('http', rateLimit({ http }))?.traffic).toMatchObject({
      routes: [{ rateLimit: expected }],
      filters: [{ kind: 'rate-limit' }],
    });
  });

  it.each([
    ['is disabled', { requestRate, disabled: true }],
    ['has no rate', { onRateLimit: { status: 423 } }],
  ])('leaves requests alone when it %s', (_name, http) => {
    expect(inboundOf('http', rateLimit({ http }))).toEqual(inboundOf('http'));
  });

  it.each(['tcp', 'http', 'http2', 'grpc', 'kafka'])('limits connections of %s', (protocol) => {
    expect(inboundOf(protocol, rateLimit({ tcp }))?.connectionRateLimit).toEqual({
      connections: 7,
      interval: '0.100s',
    });
  });

  it.each([
    ['is disabled', { ...tcp, disabled: true }],
    ['has no rate', { disabled: false }],
  ])('leaves connections alone when it %s', (_name, conf) => {
    expect(inboundOf('http', rateLimit({ tcp: conf }))).toEqual(inboundOf('http'));
  });

  it('leaves an inbound to an older RateLimit', () => {
    const older: Document = {
      type: 'RateLimit',
      name: 'older',
      ...everything,
      conf: { http: { requests: 1, interval: '1s' } },
    };
    expect(inboundOf('http', older, rateLimit({ http: { requestRate }, tcp }))).toEqual(inboundOf('http', older));
  });
});
