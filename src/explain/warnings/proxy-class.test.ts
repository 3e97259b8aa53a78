import { describe, expect, it } from 'vitest';

import { snapshotOf } from '../../../test/plan/plan-proxy.js';
import { namesOf, proxyClassesOf } from './proxy-class.js';

const dataplane = (name: string, networking: object) => ({ type: 'Dataplane', name, networking });
const inbound = { port: 80, tags: { 'kuma.io/service': 'web' } };
const base = { address: '10.0.0.1', inbound: [inbound] };

const classesOf = (networking: object) => {
  const snapshot = snapshotOf([dataplane('b', networking), dataplane('a', base)]);
  return proxyClassesOf(snapshot);
};

describe('classes of proxies', () => {
  it.each([
    { name: 'an address', networking: { ...base, address: '10.0.0.2' } },
    { name: 'an advertised address', networking: { ...base, advertisedAddress: '1.2.3.4' } },
    {
      name: 'an address that the inbound repeats',
      networking: { address: '10.0.0.2', inbound: [{ ...inbound, address: '10.0.0.2' }] },
    },
  ])('are not told apart by $name', ({ networking }) => {
    const classes = classesOf(networking);
    expect(classes).toHaveLength(1);
    expect(classes[0]?.dataplane.name).toBe('a');
    expect(namesOf(classes)).toEqual(['a', 'b']);
  });

  it.each([
    { name: 'a tag', networking: { ...base, inbound: [{ ...inbound, tags: { 'kuma.io/service': 'api' } }] } },
    { name: 'a port', networking: { ...base, inbound: [{ ...inbound, port: 81 }] } },
    { name: 'an outbound', networking: { ...base, outbound: [{ port: 90, tags: { 'kuma.io/service': 'api' } }] } },
    {
      name: 'an inbound on an address of its own',
      networking: { ...base, inbound: [{ ...inbound, address: '10.0.0.9' }] },
    },
  ])('are told apart by $name', ({ networking }) => {
    expect(classesOf(networking).map(({ names }) => names)).toEqual([['a'], ['b']]);
  });
});
