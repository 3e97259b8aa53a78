import { expect, it } from 'vitest';

import { snapshotOf } from '../../test/plan/plan-proxy.js';
import { offlineNode } from '../plan/proxy-node.js';
import { nextSnapshot, serviceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { ProxyMemo } from './proxy-memo.js';

const names = Array.from({ length: 40 }, (_, i) => `dp-${i}`);
const full = snapshotOf(
  names.map((name, i) => ({
    type: 'Dataplane',
    mesh: 'default',
    name,
    networking: { address: `10.0.0.${i}`, inbound: [{ port: 80, tags: { 'kuma.io/service': name } }] },
  })),
);

const without = (snapshot: MeshSnapshot, gone: readonly string[]): MeshSnapshot =>
  nextSnapshot(
    snapshot,
    gone.map((name, i) => ({ revision: 100 + i, type: 'Dataplane', name, resource: undefined })),
  );

it('what is remembered of proxies goes with them', () => {
  const memo = new ProxyMemo(
    full,
    (asked, { name }) => serviceOf(asked, name),
    (_before, after) => after,
  );
  for (const name of names) memo.recall(full, { name, node: offlineNode });
  const size = memo.size;
  const few = without(full, names.slice(1));
  memo.recall(few, { name: 'dp-0', node: offlineNode });
  expect(memo.size).toBeLessThan(size / 20);
  memo.isMoved('dp-0', few, without(few, ['dp-0']));
  expect(memo.size).toBeLessThan(size / 20);
});
