import { describe, expect, it } from 'vitest';

import { readRecordings } from './recordings.js';
import { replayRequests } from './replay-requests.js';

/** `areas` and `awaits`: what needs kinds that are not there yet is left out. */
const files = [
  {
    file: 'api.jsonl.gz',
    areas: /^(meshtcproute|dataplane|lists|errors)$/,
    compared: 301,
    awaits: ['dataplane-0250', 'dataplane-0334', 'errors-0632', 'errors-0633', 'errors-0673', 'lists-0775'],
  },
  {
    file: 'kinds-legacy.jsonl.gz',
    areas:
      /^(mesh|dataplane|circuitbreaker|faultinjection|healthcheck|ratelimit|retry|timeout|trafficlog|trafficpermission)$/,
    compared: 2271,
    awaits: [
      ...['0365', '0366', '0367', '0368', '0374', '0375', '0376', '0394', '0395', '0483'].map((n) => `k-mesh-${n}`),
      ...['0197', '0199', '0200', '0207', '0210', '0211', '0212'].map((n) => `k-ratelimit-${n}`),
    ],
  },
  {
    file: 'kinds-targetref.jsonl.gz',
    areas: /^mesh(accesslog|circuitbreaker|faultinjection|healthcheck|ratelimit|timeout)$/,
    compared: 827,
    awaits: [],
  },
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
