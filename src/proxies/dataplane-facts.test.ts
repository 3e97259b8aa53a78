import { describe, expect, it } from 'vitest';

import type { DataplaneSpec } from '../model/dataplane.js';
import type { DataplaneInsight } from '../model/insight.js';
import { emptySnapshot, nextSnapshot } from '../snapshot/mesh-snapshot.js';
import { factsOf } from './dataplane-facts.js';

const begun = { connectTime: '2026-01-01T00:00:00Z' };
const ended = { ...begun, disconnectTime: '2026-01-02T00:00:00Z' };
const connected: DataplaneInsight = { subscriptions: [begun] };

const meta = {
  mesh: 'default',
  name: 'a',
  creationTime: '2026-01-01T00:00:00Z',
  modificationTime: '2026-01-01T00:00:00Z',
  creationRevision: 1,
  revision: 1,
};

function gather(networking: DataplaneSpec['networking'], insight?: DataplaneInsight) {
  const change = (type: string, spec: unknown) => ({
    revision: 1,
    type,
    name: 'a',
    resource: { ...meta, type, spec },
  });
  const snapshot = nextSnapshot(emptySnapshot('default'), [
    change('Dataplane', { networking }),
    ...(insight === undefined ? [] : [change('DataplaneInsight', insight)]),
  ]);
  return factsOf(snapshot)[0];
}

const inbound = (more: object = {}) => ({ port: 80, tags: { 'kuma.io/service': 'web' }, ...more });

describe('the status of a Dataplane', () => {
  it.each<{
    readonly name: string;
    readonly networking?: DataplaneSpec['networking'];
    readonly insight: DataplaneInsight | undefined;
    readonly status: string;
  }>([
    { name: 'never connected', insight: undefined, status: 'offline' },
    { name: 'no stream', insight: {}, status: 'offline' },
    { name: 'a stream', insight: connected, status: 'online' },
    { name: 'a stream that has ended', insight: { subscriptions: [ended] }, status: 'offline' },
    { name: 'a stream after one that has ended', insight: { subscriptions: [ended, begun] }, status: 'online' },
    { name: 'a stream that has not begun', insight: { subscriptions: [{ id: '1' }] }, status: 'offline' },
    {
      name: 'an inbound without health of two',
      networking: { inbound: [inbound(), inbound({ health: {} })] },
      insight: connected,
      status: 'partiallyDegraded',
    },
    {
      name: 'an inbound not ready of two',
      networking: { inbound: [inbound({ health: { ready: true } }), inbound({ state: 'NotReady' })] },
      insight: connected,
      status: 'partiallyDegraded',
    },
    {
      name: 'no inbound ready',
      networking: { inbound: [inbound({ state: 'NotReady' }), inbound({ health: { ready: false } })] },
      insight: connected,
      status: 'offline',
    },
    {
      name: 'an inbound ignored',
      networking: { inbound: [inbound(), inbound({ state: 'Ignored' })] },
      insight: connected,
      status: 'online',
    },
    { name: 'no inbound at all', networking: {}, insight: connected, status: 'offline' },
    { name: 'a gateway', networking: { gateway: {} }, insight: connected, status: 'online' },
    { name: 'a gateway that is not connected', networking: { gateway: {} }, insight: {}, status: 'offline' },
  ])('$name: $status', ({ networking = { inbound: [inbound()] }, insight, status }) => {
    expect(gather(networking, insight)?.status).toBe(status);
  });
});

describe('what else is known of a Dataplane', () => {
  it.each<{
    readonly name: string;
    readonly networking?: DataplaneSpec['networking'];
    readonly insight?: DataplaneInsight;
    readonly facts: object;
  }>([
    {
      name: 'without insight',
      facts: { gateway: undefined, kumaDp: 'unknown', envoy: 'unknown', mTLS: undefined },
    },
    {
      name: 'versions are those of the newest stream',
      insight: {
        subscriptions: [
          { version: { kumaDp: { version: '2.4.0' }, envoy: { version: '1.27.0' } } },
          { version: { kumaDp: { version: '' }, envoy: { version: '1.28.5' } } },
        ],
      },
      facts: { kumaDp: 'unknown', envoy: '1.28.5' },
    },
    {
      name: 'a service for every inbound that is not ignored',
      networking: {
        inbound: [
          inbound(),
          inbound(),
          inbound({ tags: { 'kuma.io/service': 'api' }, state: 'NotReady' }),
          inbound({ tags: { 'kuma.io/service': 'old' }, state: 'Ignored' }),
        ],
      },
      facts: {
        offers: ['web', 'web', 'api'].map((service) => ({ service, type: 'internal' })),
      },
    },
    {
      name: 'a builtin gateway',
      networking: { gateway: { type: 'BUILTIN', tags: { 'kuma.io/service': 'edge' } } },
      facts: { gateway: 'builtin', offers: [{ service: 'edge', type: 'gateway_builtin' }] },
    },
    {
      name: 'a delegated gateway',
      networking: { gateway: { tags: { 'kuma.io/service': 'kong' } } },
      facts: { gateway: 'delegated', offers: [{ service: 'kong', type: 'gateway_delegated' }] },
    },
  ])('$name', ({ networking = { inbound: [inbound()] }, insight, facts }) => {
    expect(gather(networking, insight)).toMatchObject(facts);
  });
});
