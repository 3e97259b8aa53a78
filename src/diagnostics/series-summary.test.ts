import { expect, it } from 'vitest';

import { SeriesSummary } from './series-summary.js';

const make = () => new SeriesSummary({ name: 's', help: 'What it is.', quantiles: [0.5, 0.99], labels: { zone: 'z' } });

it('tells quantiles, sum and count for each combination of labels', () => {
  const summary = make();
  const a = summary.open({ of: 'a' });
  for (const value of [4, 1, 3, 2]) a.add(value);
  summary.open({ of: 'a' }).add(5);
  summary.open({});
  expect(summary.render().split('\n')).toEqual([
    '# HELP s What it is.',
    '# TYPE s summary',
    's{of="a",zone="z",quantile="0.5"} 3',
    's{of="a",zone="z",quantile="0.99"} 5',
    's_sum{of="a",zone="z"} 15',
    's_count{of="a",zone="z"} 5',
    's{zone="z",quantile="0.5"} 0',
    's{zone="z",quantile="0.99"} 0',
    's_sum{zone="z"} 0',
    's_count{zone="z"} 0',
    '',
  ]);
});

it('forgets old values, but not that they were', () => {
  const summary = make();
  const series = summary.open({});
  for (let i = 0; i < 1024; i++) series.add(1000);
  for (let i = 0; i < 1024; i++) series.add(1);
  const text = summary.render();
  expect(text).toContain('s{zone="z",quantile="0.99"} 1\n');
  expect(text).toContain('s_count{zone="z"} 2048\n');
});
