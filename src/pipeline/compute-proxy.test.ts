import { describe, expect, it } from 'vitest';

import { backend, routeAll, snapshotOf, web, write, type Document } from '../../test/plan/plan-proxy.js';
import { offlineNode, type ProxyNode } from '../plan/proxy-node.js';
import { policies } from '../registry.js';
import { dataplaneOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { computeProxy, findStale } from './compute-proxy.js';

const node: ProxyNode = { ...offlineNode, admin: { address: '127.0.0.1', port: 9901 } };
const compute = (snapshot: MeshSnapshot, name: string, as: ProxyNode = node) =>
  computeProxy(snapshot, dataplaneOf(snapshot, name)!, policies, as);

const isStale = (name: string, previous: MeshSnapshot, next: MeshSnapshot) => findStale(previous, next, policies)(name);

const insight = (name: string, mtls: object): Document => ({ type: 'DataplaneInsight', name, ...mtls });
const first = snapshotOf([web(), backend(), routeAll]);

describe('a proxy is computed to the very same value', () => {
  it('when it is asked for again, as any equal node', () => {
    const value = compute(first, 'web-1');
    expect(compute(first, 'web-1')).toBe(value);
    expect(compute(first, 'web-1', { ...node, admin: { address: '127.0.0.1', port: 9901 } })).toBe(value);
  });

  it('after a change that does not concern it', () => {
    const value = compute(first, 'web-1');
    const next = write(first, insight('backend-1', {}));
    expect(compute(next, 'web-1')).toBe(value);
    expect(isStale('web-1', first, next)).toBe(false);
  });

  it('at an earlier snapshot, whatever was asked for in between', () => {
    compute(first, 'web-1');
    const next = write(first, backend('http'));
    const later = compute(next, 'web-1').resources;
    expect(compute(first, 'web-1').resources).not.toEqual(later);
    expect(compute(next, 'web-1').resources).toEqual(later);
  });
});

it('a node that says something else gives another value, as does a proxy that is not connected', () => {
  const value = compute(first, 'web-1');
  const other = { ...node, accessLogSocketPath: '/other' };
  expect(compute(first, 'web-1', other).plan.node).toBe(other);
  expect(compute(first, 'web-1', offlineNode)).not.toBe(value);
});

it('parts of what Envoy is told stay the same when they say the same', () => {
  const before = compute(first, 'web-1').resources;
  const next = write(first, { ...backend(), name: 'backend-2' });
  expect(isStale('web-1', first, next)).toBe(true);
  const after = compute(next, 'web-1').resources;
  expect(after.endpoints.get('backend')).not.toBe(before.endpoints.get('backend'));
  expect(after.listeners).toBe(before.listeners);
  expect(after.clusters).toBe(before.clusters);
});

it('a proxy stays stale for who asks from an earlier snapshot, also when it was computed since', () => {
  compute(first, 'web-1');
  const next = write(first, backend('http'));
  compute(next, 'web-1');
  expect(isStale('web-1', first, next)).toBe(true);
  expect(isStale('web-1', next, next)).toBe(false);
});

it('a proxy is stale for who was at a snapshot to which others went back', () => {
  compute(first, 'web-1');
  const next = write(first, backend('http'));
  compute(next, 'web-1');
  compute(first, 'backend-1');
  expect(isStale('web-1', first, next)).toBe(true);
});

it('a Dataplane that is gone is among the stale ones', () => {
  compute(first, 'web-1');
  const next = write(first, { type: 'Dataplane', name: 'web-1' }, 'gone');
  expect(isStale('web-1', first, next)).toBe(true);
});

it('a proxy that was never computed is stale', () => {
  const one = snapshotOf([web(), routeAll]);
  expect(isStale('web-1', one, one)).toBe(true);
});

it('a proxy is judged by what there is by now, not by what there was when the question was first put', () => {
  const before = snapshotOf([web(), backend(), routeAll]);
  compute(before, 'web-1');
  const next = write(before, insight('backend-1', {}));
  const judge = findStale(before, next, policies);
  expect(judge('web-1')).toBe(false);
  expect(judge('web-1', write(next, backend('http')))).toBe(true);
});
