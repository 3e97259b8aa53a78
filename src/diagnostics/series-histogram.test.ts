import { expect, it } from 'vitest';

import { SeriesHistogram } from './series-histogram.js';

it('counts values by bucket, and sums them, for each combination of labels', () => {
  const histogram = new SeriesHistogram({ name: 'h', help: 'What it is.', buckets: [1, 2.5], labels: { zone: 'z' } });
  const a = histogram.open({ of: 'a' });
  for (const value of [0.5, 1, 2, 4]) a.add(value);
  histogram.open({ of: 'a' }).add(4);
  histogram.open({ of: 'b "\n' });
  expect(histogram.render().split('\n')).toEqual([
    '# HELP h What it is.',
    '# TYPE h histogram',
    'h_bucket{le="1",of="a",zone="z"} 2',
    'h_bucket{le="2.5",of="a",zone="z"} 3',
    'h_bucket{le="+Inf",of="a",zone="z"} 5',
    'h_sum{of="a",zone="z"} 11.5',
    'h_count{of="a",zone="z"} 5',
    'h_bucket{le="1",of="b \\"\\n",zone="z"} 0',
    'h_bucket{le="2.5",of="b \\"\\n",zone="z"} 0',
    'h_bucket{le="+Inf",of="b \\"\\n",zone="z"} 0',
    'h_sum{of="b \\"\\n",zone="z"} 0',
    'h_count{of="b \\"\\n",zone="z"} 0',
    '',
  ]);
});
