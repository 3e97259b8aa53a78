import { describe, expect, it } from 'vitest';

import { computeFor, everything, web, type Document } from '../../../test/plan/plan-proxy.js';

const mesh = { kind: 'Mesh' };
const webService = { kind: 'MeshService', name: 'web' };
const abort = (percentage: number | string) => ({ abort: { httpStatus: 500, percentage } });
const planned = (percentage: number) => ({ abort: { status: 500, percentage } });
const injection = (...from: (readonly [targetRef: object, ...http: object[]])[]): Document => ({
  type: 'MeshFaultInjection',
  name: 'faults',
  spec: { targetRef: mesh, from: from.map(([targetRef, ...http]) => ({ targetRef, default: { http } })) },
});
function faultsOf(documents: readonly Document[]) {
  const traffic = computeFor(documents).plan.inbounds.get('10.0.0.1:80')?.traffic;
  return traffic?.kind === 'http' ? traffic.filters.flatMap((each) => (each.kind === 'fault' ? [each.fault] : [])) : [];
}
const http = web({ 'kuma.io/protocol': 'http' });
const has = (pattern: string) => ({ name: 'x-kuma-tags', match: { kind: 'regex', value: `.*${pattern}` } });
const hasNot = (pattern: string) => ({ ...has(pattern), invert: true });

describe('MeshFaultInjection', () => {
  it.each([
    ['statuses', abort('2.5'), planned(2.5)],
    ['no status with which Envoy does not answer', { abort: { httpStatus: 199, percentage: 1 } }, {}],
    ['delays', { delay: { value: '1500ms', percentage: 1 } }, { delay: { value: '1.500s', percentage: 1 } }],
    ['no delay of nothing', { delay: { value: '0s', percentage: 1 } }, {}],
    [
      'limits of bandwidth',
      { responseBandwidth: { limit: '2mbps', percentage: 1 } },
      { bandwidth: { kbps: 2000, percentage: 1 } },
    ],
  ])('knows %s', (_name, fault, expected) => {
    expect(faultsOf([http, injection([mesh, fault])])).toEqual([{ headers: [], ...expected }]);
  });

  it('has every fault of every rule, for the callers of the rule', () => {
    const policy = injection([mesh, abort(1)], [{ kind: 'MeshService', name: 'a' }, abort(2), abort(3)]);
    const pattern = '&kuma.io/service=[^&]*a[,&].*';
    expect(faultsOf([http, policy])).toEqual([
      { headers: [has(pattern)], ...planned(2) },
      { headers: [has(pattern)], ...planned(3) },
      { headers: [hasNot(pattern)], ...planned(1) },
    ]);
  });

  it('looks at all tags that callers have, and at those that they have not all together', () => {
    const subset = { kind: 'MeshServiceSubset', name: 'a', tags: { v: '1.0' } };
    const service = '&kuma.io/service=[^&]*a[,&].*';
    const version = '&v=[^&]*1\\.0[,&].*';
    expect(faultsOf([http, injection([mesh, abort(1)], [subset, abort(2)])])).toEqual([
      { headers: [has(service + version)], ...planned(2) },
      { headers: [has(version), hasNot(service)], ...planned(1) },
      { headers: [has(service), hasNot(version)], ...planned(1) },
      { headers: [hasNot(service + version)], ...planned(1) },
    ]);
  });

  it('has each fault for those callers to which no later one applies, where there are too many rules to list', () => {
    const many = Array.from({ length: 16 }, (_, i) => ({ kind: 'MeshSubset', tags: { [`t${i}`]: 'x' } }));
    const policy = injection([mesh, abort(99)], [mesh, abort(1)], ...many.map((each) => [each, abort(2)] as const));
    const faults = faultsOf([http, policy]);
    const patterns = many.map((_, i) => `&t${i}=[^&]*x[,&].*`);
    expect(faults).toHaveLength(17);
    expect(faults[0]).toEqual({ headers: patterns.map(hasNot), ...planned(1) });
    expect(faults[15]).toEqual({ headers: [has(patterns[14] ?? ''), hasNot(patterns[15] ?? '')], ...planned(2) });
    expect(faults[16]).toEqual({ headers: [has(patterns[15] ?? '')], ...planned(2) });
  });

  it.each([
    ['http', 1],
    ['http2', 1],
    ['grpc', 0],
    ['tcp', 0],
  ])('acts on inbounds of %s: %i', (protocol, count) => {
    expect(faultsOf([web({ 'kuma.io/protocol': protocol }), injection([mesh, abort(1)])])).toHaveLength(count);
  });

  it('leaves an inbound to an older FaultInjection', () => {
    const older: Document = {
      type: 'FaultInjection',
      name: 'older',
      ...everything,
      destinations: [{ match: { 'kuma.io/service': 'web', 'kuma.io/protocol': 'http' } }],
      conf: { delay: { value: '5s', percentage: 10 } },
    };
    expect(faultsOf([http, older, injection([webService, abort(1)])])).toMatchObject([{ delay: { value: '5s' } }]);
  });
});
