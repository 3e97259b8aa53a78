import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { dataplane, route, startServer } from './fixture.js';

/** Lets the event loop go round this often. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await setImmediate();
}

const many = <Value>(count: number, make: (i: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => make(i));

describe.each(['sqlite', 'memory'])('with the %s store', (type) => {
  it('PUTs of one resource at the same time all take place, and one of them creates', async () => {
    const { put, get, store } = await startServer({ KUMA_STORE_TYPE: type });
    const before = await store.revision();
    for (const name of ['dataplanes', 'meshtcproutes']) {
      const path = `/meshes/default/${name}/same`;
      const body = (i: number) =>
        name === 'dataplanes'
          ? dataplane('same', `s${i}`)
          : route('same', { targetRef: { kind: 'MeshService', name: `s${i}` } });
      const answers = await Promise.all(many(150, (i) => put(path, body(i))));
      expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
      expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(149);
      // every one has a tag of its own, and the newest is what is read
      const tags = answers.map(({ headers }) => Number(JSON.parse(String(headers.etag))));
      expect(new Set(tags).size).toBe(150);
      expect((await get(path)).headers.etag).toBe(`"${Math.max(...tags)}"`);
    }
    expect(await store.revision()).toBe(before + 300);
  });

  it('of conditional PUTs of one state exactly one takes place', async () => {
    const { put } = await startServer({ KUMA_STORE_TYPE: type });
    const path = '/meshes/default/dataplanes/same';
    const tag = String((await put(path, dataplane('same', 's'))).headers.etag);
    const statuses = await Promise.all(
      many(40, async (i) => (await put(path, dataplane('same', `s${i}`), { 'if-match': tag })).statusCode),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(39);
  });

  it('a mesh is never deleted from under a Dataplane that was taken', async () => {
    const { put, remove, store } = await startServer({ KUMA_STORE_TYPE: type });
    const outcomes = new Set<string>();
    for (let round = 0; round < 60; round++) {
      await put('/meshes/m', { type: 'Mesh', name: 'm' });
      const [routed, deleted, created] = await Promise.all([
        put('/meshes/m/meshtcproutes/r', { ...route('r', { targetRef: { kind: 'Mesh' } }), mesh: 'm' }),
        turns(round % 6).then(() => remove('/meshes/m')),
        put('/meshes/m/dataplanes/d', { ...dataplane('d', 's'), mesh: 'm' }),
      ]);
      outcomes.add(`${deleted.statusCode} ${created.statusCode}`);
      expect([201, 400]).toContain(routed.statusCode);
      const left = (await store.readAll()).resources.filter(({ mesh, name }) => mesh === 'm' || name === 'm');
      const leftOf = (kind: string): boolean => left.some((resource) => resource.type === kind);
      expect(leftOf('Mesh')).toBe(deleted.statusCode === 400);
      expect(leftOf('Dataplane')).toBe(created.statusCode === 201);
      if (!leftOf('Mesh')) expect(left).toEqual([]);
      await remove('/meshes/m/dataplanes/d');
      await remove('/meshes/m');
    }
    // the Dataplane was first, or the mesh was gone
    expect([...outcomes].sort()).toEqual(['200 400', '400 201']);
  });
});
