import { describe, expect, it } from 'vitest';

import { readRecordings } from './recordings.js';
import { replayRequests } from './replay-requests.js';

const files = [
  { file: 'api.jsonl.gz', compared: 802 },
  { file: 'kinds-legacy.jsonl.gz', compared: 4166 },
  { file: 'kinds-targetref.jsonl.gz', compared: 1971 },
  { file: 'beyond-validation.jsonl.gz', compared: 50 },
];

describe.each(files)('requests of $file', ({ file, compared }) => {
  it('are answered as by Kuma 2.5.11, except for the listed differences', { timeout: 120_000 }, async () => {
    const replay = await replayRequests(readRecordings(file));
    expect(replay.failures).toEqual([]);
    expect(replay.stale).toEqual([]);
    expect([...new Set(replay.undocumented)]).toEqual([]);
    expect(replay.compared).toBe(compared);
  });
});
