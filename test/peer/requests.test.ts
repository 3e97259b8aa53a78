import { describe, expect, it } from 'vitest';

import { readRecordings } from './recordings.js';
import { replayRequests } from './replay-requests.js';

/** `areas` and `awaits`: what needs parts that are not there yet is left out. */
const files = [
  { file: 'api.jsonl.gz', areas: /^(?!tokens$)/, compared: 1, awaits: [] as string[] },
  { file: 'kinds-legacy.jsonl.gz', areas: /./, compared: 1, awaits: [] as string[] },
  { file: 'kinds-targetref.jsonl.gz', areas: /./, compared: 1971, awaits: [] },
  { file: 'beyond-validation.jsonl.gz', areas: /./, compared: 50, awaits: [] },
];

describe.each(files)('requests of $file', ({ file, areas, compared, awaits }) => {
  it('are answered as by Kuma 2.5.11, except for the listed differences', { timeout: 120_000 }, async () => {
    const replay = await replayRequests(readRecordings(file), areas);
    expect(replay.failures.filter((failure) => !awaits.includes(failure.split(' ', 1)[0] ?? ''))).toEqual([]);
    expect(replay.stale).toEqual([]);
    expect([...new Set(replay.undocumented)]).toEqual([]);
    expect(replay.compared - awaits.length).toBe(compared);
  });
});
