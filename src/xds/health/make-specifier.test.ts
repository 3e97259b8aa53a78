import { expect, it } from 'vitest';

import { makeSpecifier, parseWorkloadCheck } from './make-specifier.js';

const settings = {
  interval: 5_000,
  checkDefaults: {
    timeout: 2_000,
    interval: 1_000,
    noTrafficInterval: 1_500,
    healthyThreshold: 1,
    unhealthyThreshold: 2,
  },
};
const timing = {
  timeout: '2s',
  interval: '1s',
  noTrafficInterval: '1.500s',
  healthyThreshold: 1,
  unhealthyThreshold: 2,
};
const at = (address: string, portValue: number) => [
  { endpoints: [{ address: { socketAddress: { address, portValue } } }] },
];
const probed = { port: 80, serviceProbe: { tcp: {} } };

it('the proxy itself and its workloads with probes are checked', () => {
  const inbound = [
    probed,
    { port: 81 },
    {
      port: 82,
      servicePort: 83,
      serviceAddress: '127.0.0.9',
      serviceProbe: { tcp: {}, timeout: '3s', interval: '4s', healthyThreshold: 5, unhealthyThreshold: 6 },
    },
  ];
  expect(makeSpecifier({ networking: { address: '1.1.1.1', inbound } }, 9901, settings)).toEqual({
    interval: '5s',
    clusterHealthChecks: [
      {
        clusterName: 'kuma:envoy:admin',
        localityEndpoints: at('127.0.0.1', 9901),
        healthChecks: [{ ...timing, httpHealthCheck: { path: '/ready' } }],
      },
      {
        clusterName: 'localhost:80',
        localityEndpoints: at('1.1.1.1', 80),
        healthChecks: [{ ...timing, tcpHealthCheck: {} }],
      },
      {
        clusterName: 'localhost:83',
        localityEndpoints: at('127.0.0.9', 83),
        healthChecks: [
          { ...timing, timeout: '3s', interval: '4s', healthyThreshold: 5, unhealthyThreshold: 6, tcpHealthCheck: {} },
        ],
      },
    ],
  });
});

it.each([
  { address: '1.1.1.1', source: '127.0.0.6' },
  { address: 'fd00::1', source: '::6' },
])('checks of $address are not redirected on their way', ({ address, source }) => {
  const transparentProxying = { redirectPortInbound: 15006, redirectPortOutbound: 15001 };
  const specifier = makeSpecifier(
    { networking: { address, inbound: [probed], transparentProxying } },
    undefined,
    settings,
  );
  expect(specifier.clusterHealthChecks).toMatchObject([
    { upstreamBindConfig: { sourceAddress: { address: source, portValue: 0 } } },
  ]);
});

it.each([
  ['localhost:80', 80],
  ['kuma:envoy:admin', undefined],
  ['localhost:x', undefined],
])('a check of %s is of the port %s', (name, port) => {
  expect(parseWorkloadCheck(name)).toBe(port);
});
