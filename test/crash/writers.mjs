// The process that is killed. node writers.mjs <path> <steps each writer has done, as JSON>
// Writes `open` when the store is open, and `<writer> <seq>` after each durable step.
import { writeSync } from 'node:fs';

import { openSqliteStore } from '../../dist/store/sqlite/sqlite-store.js';
import { makeStep } from './steps.mjs';

const [path, done] = process.argv.slice(2);
const store = await openSqliteStore({ path, changeLog: { maxRows: 5000, maxAgeMs: 3_600_000 } });
writeSync(1, 'open\n');

const write = async (writer, first) => {
  for (let seq = first; ; seq += 1) {
    const result = await store.transact(makeStep(writer, seq));
    if (!result.ok) throw new Error(`unexpected conflict: ${JSON.stringify(result.error)}`);
    writeSync(1, `${writer} ${seq}\n`);
  }
};
await Promise.all(JSON.parse(done).map((seq, writer) => write(writer, seq + 1)));
