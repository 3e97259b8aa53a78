import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { compareBytes, type ResourceKey } from '../../src/model/resource.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';
import type { Operation } from '../../src/store/store.js';
import { ampleLog, put, remove } from './fixtures.js';

it('pages amid a long list are right although others come and go before them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-lists-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const store = await openSqliteStore({ path: join(folder, 'skein.db'), changeLog: ampleLog });
  onTestFinished(() => store.close());
  // a fixed sequence that looks random
  let seed = 1;
  const draw = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const keyOf = (i: number): ResourceKey => ({
    type: 'T',
    mesh: i % 3 === 0 ? 'a' : 'b',
    name: `n${(i * 7919) % 9_000}`,
  });
  const there = new Map<string, ResourceKey>();
  const idOf = ({ mesh, name }: ResourceKey): string => `${mesh}/${name}`;
  const first = Array.from({ length: 6_000 }, (_, i) => keyOf(i));
  for (const key of first) there.set(idOf(key), key);
  await store.transact({ preconditions: [], operations: first.map((key) => put(key)) });

  for (let round = 0; round < 80; round++) {
    const changes = Array.from({ length: draw(4) }, () => keyOf(draw(9_000)));
    const operations = changes.map((key): Operation => {
      if (!there.has(idOf(key))) {
        there.set(idOf(key), key);
        return put(key);
      }
      there.delete(idOf(key));
      return remove(key);
    });
    await store.transact({ preconditions: [], operations });
    for (const mesh of [undefined, 'b']) {
      const sorted = [...there.values()]
        .filter((key) => mesh === undefined || key.mesh === mesh)
        .sort((x, y) => compareBytes(x.mesh, y.mesh) || compareBytes(x.name, y.name));
      const offset = 1_200 + draw(1_600);
      const page = await store.list({
        type: 'T',
        ...(mesh === undefined ? {} : { mesh }),
        order: 'name',
        offset,
        limit: 5,
      });
      expect(page.total).toBe(sorted.length);
      expect(page.items.map(idOf)).toEqual(sorted.slice(offset, offset + 5).map(idOf));
    }
  }
});
