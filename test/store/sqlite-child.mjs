// Opens a store from the build and does what its arguments say; speaks one JSON value a line on stdout.
// node sqlite-child.mjs <path> hold            writes `held`, then stays until it is killed
// node sqlite-child.mjs <path> fill <bytes>    writes resources until the disk is full, and once told on stdin that it is not, one more
// node sqlite-child.mjs <path> rewrite <bytes> writes one resource again and again until a write fails, then once more
import { once } from 'node:events';
import { writeSync } from 'node:fs';

import { openSqliteStore } from '../../dist/store/sqlite/sqlite-store.js';

const [path, task, bytes] = process.argv.slice(2);
const tell = (value) => writeSync(1, `${JSON.stringify(value)}\n`);
const store = await openSqliteStore({ path, changeLog: { maxRows: 1000, maxAgeMs: 3_600_000 } });
const put = (name) => ({
  preconditions: [],
  operations: [
    {
      op: 'put',
      key: { type: 'Dataplane', mesh: 'default', name },
      spec: 'x'.repeat(Number(bytes ?? 1)),
      facets: { tagSets: [], gateway: null },
      ownedByMesh: false,
      time: '2024-05-01T10:00:00Z',
      expected: { state: 'any' },
    },
  ],
});
const attempt = async (work) => {
  try {
    await work();
    return 'ok';
  } catch (cause) {
    return cause.fault;
  }
};

switch (task) {
  case 'hold':
    await store.transact(put('held'));
    tell('held');
    await once(process.stdin, 'end');
    break;
  case 'fill': {
    let written = 0;
    let failure = 'ok';
    // The first failures give the space of the log back: the disk is full when five in a row do not help.
    for (let failures = 0; failures < 5;) {
      const outcome = await attempt(() => store.transact(put(`dp-${written}`)));
      if (outcome === 'ok') written += 1;
      else failure = outcome;
      failures = outcome === 'ok' ? 0 : failures + 1;
    }
    const batch = await Promise.all(['x', 'y', 'z'].map((name) => attempt(() => store.transact(put(name)))));
    const { total } = await store.list({ type: 'Dataplane', order: 'name', offset: 0, limit: 1 });
    tell({ written, failure, batch, total, ping: await attempt(() => store.ping()) });
    await once(process.stdin, 'data');
    tell({
      again: await attempt(() => store.transact(put('again'))),
      ping: await attempt(() => store.ping()),
      revision: await store.revision(),
    });
    await store.close();
    break;
  }
  case 'rewrite': {
    let written = 0;
    let failure = 'ok';
    for (; failure === 'ok'; written += failure === 'ok' ? 1 : 0)
      failure = await attempt(() => store.transact(put('one')));
    tell({
      written,
      failure,
      again: await attempt(() => store.transact(put('one'))),
      revision: await store.revision(),
    });
    await store.close();
    break;
  }
}
