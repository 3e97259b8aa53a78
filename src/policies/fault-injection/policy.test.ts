import { describe, expect, it } from 'vitest';

import { computeFor, web, type Document } from '../../../test/plan/plan-proxy.js';

const inject = (conf: object, sources: readonly object[] = [{ 'kuma.io/service': '*' }], name = 'fault'): Document => ({
  type: 'FaultInjection',
  name,
  sources: sources.map((match) => ({ match })),
  destinations: [{ match: { 'kuma.io/service': 'web', 'kuma.io/protocol': 'http' } }],
  conf,
});
const inboundWith = (...documents: readonly Document[]) =>
  computeFor([web({ 'kuma.io/protocol': 'http' }), ...documents]).plan.inbounds.get('10.0.0.1:80');
const faultsOf = (...documents: readonly Document[]) => {
  const traffic = inboundWith(...documents)?.traffic;
  return traffic?.kind === 'http' ? traffic.filters : [];
};
const abort = { httpStatus: 500, percentage: 12.5 };

describe('FaultInjection', () => {
  it('fails, delays and slows what its sources ask', () => {
    const conf = {
      abort,
      delay: { value: '5s', percentage: 1 },
      responseBandwidth: { limit: '50 mbps', percentage: 2 },
    };
    const sources = [{ 'kuma.io/service': 'api.v1', version: '*' }, { team: 'a' }];
    const regex = '(.*&kuma.io/service=[^&]*api\\.v1[,&].*&version=.*|.*&team=[^&]*a[,&].*)';
    expect(faultsOf(inject(conf, sources))).toEqual([
      {
        kind: 'fault',
        fault: {
          headers: [{ name: 'x-kuma-tags', match: { kind: 'regex', value: regex }, isOldForm: true }],
          abort: { status: 500, percentage: 12.5 },
          delay: { value: '5s', percentage: 1 },
          bandwidth: { kbps: 50_000, percentage: 2 },
        },
      },
    ]);
  });
  it('puts the more specific source first', () => {
    const policies = [inject({ abort }), inject({ abort }, [{ 'kuma.io/service': 'api' }], 'a')];
    expect(faultsOf(...policies)).toMatchObject([
      { fault: { headers: [{ match: { value: '.*&kuma.io/service=[^&]*api[,&].*' } }] } },
      { fault: { headers: [{ match: { value: '.*&kuma.io/service=.*' } }] } },
    ]);
  });
  it.each([
    [
      'a status that Envoy does not answer with',
      { abort: { httpStatus: 100, percentage: 1 }, delay: { value: '1s', percentage: 1 } },
    ],
    ['a limit without a number', { responseBandwidth: { limit: 'kbps', percentage: 1 } }],
  ])('leaves out %s', (_name, conf) => {
    const [filter] = faultsOf(inject(conf));
    expect(filter).not.toHaveProperty('fault.abort');
    expect(filter).not.toHaveProperty('fault.bandwidth');
  });
  it('leaves out a delay of nothing, which Envoy refuses', () => {
    const [filter] = faultsOf(inject({ abort, delay: { value: '0s', percentage: 1 } }));
    expect(filter).not.toHaveProperty('fault.delay');
  });
  it('tells the newer policy that it is there, and nothing where it is not', () => {
    expect([inboundWith(inject({ abort }))?.hasFaultInjection, inboundWith()?.hasFaultInjection]).toEqual([
      true,
      undefined,
    ]);
  });
});
