import { expect, it } from 'vitest';

import { showDelivery } from './show-delivery.js';

it('says that a proxy is not connected', () => {
  expect(showDelivery(undefined)).toEqual({ connected: false });
});

it('shows what was sent, taken, refused, and what could not be made', () => {
  expect(
    showDelivery({
      connectedAt: 0,
      protocol: 'sotw',
      failure: { message: 'why', at: 5 },
      types: new Map([
        [
          'listeners',
          {
            target: 'c',
            sent: { version: 'b', at: 1 },
            acknowledged: { version: 'a', at: 2, delay: 1_500 },
            rejected: { version: 'b', at: 3, message: 'no' },
          },
        ],
        ['clusters', { target: 'x' }],
      ]),
    }),
  ).toEqual({
    connected: true,
    connectTime: '1970-01-01T00:00:00.000Z',
    protocol: 'state-of-the-world',
    failure: { message: 'why', time: '1970-01-01T00:00:00.005Z' },
    types: {
      'type.googleapis.com/envoy.config.listener.v3.Listener': {
        target: 'c',
        sent: { version: 'b', time: '1970-01-01T00:00:00.001Z' },
        acknowledged: { version: 'a', time: '1970-01-01T00:00:00.002Z', delay: '1.500s' },
        rejected: { version: 'b', time: '1970-01-01T00:00:00.003Z', message: 'no' },
      },
      'type.googleapis.com/envoy.config.cluster.v3.Cluster': { target: 'x' },
    },
  });
});
