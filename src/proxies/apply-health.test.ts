import { expect, it } from 'vitest';

import type { Inbound } from '../model/dataplane.js';
import { applyHealth } from './apply-health.js';

const report = (isProxyHealthy: boolean, workload?: boolean) => ({
  isProxyHealthy,
  workloads: new Map(workload === undefined ? [] : [[81, workload]]),
});
const inbound = (more: Partial<Inbound> = {}): Inbound => ({ port: 80, servicePort: 81, ...more });
const ready = inbound({ health: { ready: true } });
const unready = inbound({ state: 'NotReady', health: {} });

it.each([
  { name: 'becomes ready', before: unready, reported: report(true, true), after: ready },
  { name: 'becomes ready, by number', before: inbound({ state: 1 }), reported: report(true, true), after: ready },
  { name: 'without a probe is as ready as its proxy', before: unready, reported: report(true), after: ready },
  { name: 'becomes unready', before: ready, reported: report(true, false), after: unready },
  { name: 'goes with its proxy', before: inbound(), reported: report(false, true), after: unready },
])('an inbound $name', ({ before, reported, after }) => {
  const spec = {
    networking: { address: '1.1.1.1', inbound: [before, inbound({ port: 8, servicePort: 9, state: 'Ignored' })] },
  };
  expect(applyHealth(spec, reported)).toEqual({
    networking: { address: '1.1.1.1', inbound: [after, spec.networking.inbound[1]] },
  });
});

it.each([
  { name: 'ready', same: ready, reported: report(true, true) },
  { name: 'unready', same: unready, reported: report(true, false) },
  { name: 'ignored', same: inbound({ state: 'Ignored' }), reported: report(false, false) },
])('nothing changes for one that is $name already', ({ same, reported }) => {
  const spec = { networking: { inbound: [same] } };
  expect(applyHealth(spec, reported)).toBe(spec);
});
