import { expect, it } from 'vitest';

import { findLongOffline, removeLongOffline } from '../../src/proxies/remove-offline.js';
import { kinds } from '../../src/registry.js';
import { emptyWorld, nextWorld } from '../../src/snapshot/world.js';
import { parseStored } from '../../src/store/spec-text.js';
import { putSpec, storeWith } from './fixture.js';

const hour = 3_600_000;
const noon = Date.UTC(2026, 0, 1, 12);
const at = (hours: number): string => new Date(noon + hours * hour).toISOString();
const begun = { connectTime: at(-9) };
const insights: Readonly<Record<string, readonly object[]>> = {
  online: [begun],
  back: [{ ...begun, disconnectTime: at(-8) }, begun],
  'long-gone': [{ ...begun, disconnectTime: at(-4) }],
  'just-gone': [{ ...begun, disconnectTime: at(-2) }],
  never: [],
};

it('Dataplanes go whose proxies are gone for too long, and no others', async () => {
  const names = Object.keys(insights);
  const store = await storeWith(
    { type: 'Mesh', name: 'default' },
    { type: 'Dataplane', mesh: 'default', name: 'not-known' },
    ...names.map((name) => ({ type: 'Dataplane', mesh: 'default', name })),
    ...names.map((name) => ({
      type: 'DataplaneInsight',
      mesh: 'default',
      name,
      spec: { subscriptions: insights[name] ?? [] },
    })),
  );
  const { resources } = await store.readAll();
  const world = nextWorld(
    emptyWorld,
    resources.map((each) => ({ revision: each.revision, key: each, resource: parseStored(each) })),
  );
  expect(findLongOffline(world, 3 * hour, noon)).toEqual({
    due: [{ type: 'Dataplane', mesh: 'default', name: 'long-gone' }],
    nextAt: noon + hour + 1,
  });
  expect(findLongOffline(emptyWorld, hour, noon)).toEqual({ due: [], nextAt: undefined });
  // what the world does not know yet counts
  await putSpec(store, {
    type: 'DataplaneInsight',
    mesh: 'default',
    name: 'long-gone',
    spec: { subscriptions: [begun] },
  });
  const parts = { store, kinds, world };
  expect(await removeLongOffline(parts, 3 * hour, noon)).toBe(0);
  await putSpec(store, {
    type: 'DataplaneInsight',
    mesh: 'default',
    name: 'long-gone',
    spec: { subscriptions: insights['long-gone'] },
  });
  expect(await removeLongOffline(parts, 3 * hour, noon)).toBe(1);
  const left = await store.list({ type: 'Dataplane', order: 'name', offset: 0 });
  expect(left.items.map(({ name }) => name)).toEqual(['back', 'just-gone', 'never', 'not-known', 'online']);
});
