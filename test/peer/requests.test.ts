import { describe, expect, it } from 'vitest';

import { readRecordings } from './recordings.js';
import { replayRequests } from './replay-requests.js';

/** `areas`: what needs parts that are not there yet is left out. */
const files = [
  { file: 'api.jsonl.gz', areas: /^(?!tokens$)/, compared: 779 },
  { file: 'kinds-legacy.jsonl.gz', areas: /./, compared: 4166 },
  { file: 'kinds-targetref.jsonl.gz', areas: /./, compared: 1971 },
  { file: 'beyond-validation.jsonl.gz', areas: /./, compared: 50 },
];

describe.each(files)('requests of $file', ({ file, areas, compared }) => {
  it('are answered as by Kuma 2.5.11, except for the listed differences', { timeout: 120_000 }, async () => {
    const replay = await replayRequests(readRecordings(file), areas);
    expect(replay.failures).toEqual([]);
    expect(replay.stale).toEqual([]);
    expect([...new Set(replay.undocumented)]).toEqual([]);
    expect(replay.compared).toBe(compared);
  });
});
