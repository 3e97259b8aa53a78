import { describe, expect, it } from 'vitest';

import { renderInspection, renderOutbounds, type Inspection } from './render-inspection.js';

const address = (host: string, port: number) => ({ socketAddress: { address: host, portValue: port } });

const endpoint = (host: string, port: number, tags?: Record<string, string>) => ({
  endpoint: { address: address(host, port) },
  ...(tags === undefined ? {} : { metadata: { filterMetadata: { 'envoy.lb': tags } } }),
});

const outbound = (port: number, service: string, chain: object) => ({
  name: `outbound:127.0.0.1:${port}`,
  address: address('127.0.0.1', port),
  trafficDirection: 'OUTBOUND',
  filterChains: [chain],
  metadata: { filterMetadata: { 'io.kuma.tags': { 'kuma.io/service': service } } },
});

const tcpProxy = (destination: object) => ({
  filters: [{ name: 'envoy.filters.network.tcp_proxy', typedConfig: destination }],
});

const byName = (resources: readonly { readonly name: string }[]) =>
  Object.fromEntries(resources.map((resource) => [resource.name, resource]));

const inspection: Inspection = {
  mesh: 'default',
  name: 'web-1',
  warnings: [
    {
      type: 'MeshTCPRoute',
      name: 'split',
      items: [
        {
          code: 'service-not-offered',
          field: 'spec.to[0].targetRef.name',
          message: 'nobody offers the service "gone"',
        },
        { code: 'overridden', field: '', message: 'overridden by other' },
      ],
    },
  ],
  policies: {
    kind: 'SidecarDataplane',
    total: 2,
    items: [
      {
        type: 'dataplane',
        matchedPolicies: {
          MeshTCPRoute: [
            { type: 'MeshTCPRoute', name: 'a' },
            { type: 'MeshTCPRoute', name: 'b' },
          ],
        },
      },
      {
        type: 'service',
        name: 'backend',
        service: 'backend',
        matchedPolicies: { Retry: [{ type: 'Retry', name: 'retry-all' }] },
      },
    ],
  },
  rules: {
    total: 3,
    items: [
      {
        type: 'DestinationSubset',
        name: 'backend',
        addresses: ['127.0.0.1:10001', '127.0.0.2:10001'],
        service: 'backend',
        policyType: 'MeshTCPRoute',
        subset: { 'kuma.io/service': 'backend', version: '!v0' },
        conf: { default: { backendRefs: [{ kind: 'MeshService', name: 'other', weight: 1 }] } },
        origins: [
          { mesh: 'default', name: 'a' },
          { mesh: 'default', name: 'b' },
        ],
      },
      {
        type: 'ClientSubset',
        name: 'web',
        addresses: ['192.168.0.1:80'],
        service: 'web',
        policyType: 'MeshTrafficPermission',
        subset: {},
        conf: { action: 'Allow' },
        origins: [{ mesh: 'default', name: 'c' }],
      },
      { type: 'SingleItem', policyType: 'MeshTrace', subset: {}, conf: {}, origins: [{ mesh: 'default', name: 'd' }] },
    ],
  },
  config: {
    xds: {
      'type.googleapis.com/envoy.config.listener.v3.Listener': byName([
        outbound(10010, 'plain', tcpProxy({ cluster: 'plain' })),
        outbound(10002, 'nowhere', {}),
        outbound(
          10001,
          'backend',
          tcpProxy({
            weightedClusters: {
              clusters: [
                { name: 'backend-v0', weight: 2 },
                { name: 'backend-v1', weight: 1 },
                { name: 'gone', weight: 3 },
              ],
            },
          }),
        ),
        {
          ...outbound(80, 'web', tcpProxy({ cluster: 'localhost:8080' })),
          name: 'inbound:192.168.0.1:80',
          trafficDirection: 'INBOUND',
        },
      ]),
      'type.googleapis.com/envoy.config.cluster.v3.Cluster': {
        plain: {
          name: 'plain',
          type: 'STRICT_DNS',
          loadAssignment: { endpoints: [{ lbEndpoints: [endpoint('example.com', 443)] }] },
        },
      },
      'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment': {
        'backend-v0': {
          endpoints: [
            { lbEndpoints: [endpoint('192.168.0.2', 80, { version: 'v0', env: 'dev' })] },
            { lbEndpoints: [endpoint('fd00::3', 80)] },
          ],
        },
        'backend-v1': { endpoints: [{ lbEndpoints: [endpoint('192.168.0.4', 80, { version: 'v1' })] }] },
      },
    },
  },
};

describe('renderInspection', () => {
  it('shows policies, rules and where outbound listeners lead', async () => {
    await expect(`${renderInspection(inspection)}\n`).toMatchFileSnapshot('testdata/inspection.txt');
  });

  it('says so where there is nothing', async () => {
    const nothing = {
      mesh: 'default',
      name: 'idle',
      policies: { items: [] },
      rules: { items: [] },
      config: { xds: {} },
      warnings: [],
    };
    await expect(`${renderInspection(nothing)}\n`).toMatchFileSnapshot('testdata/nothing.txt');
  });

  it.each([undefined, null, 'text', [], { xds: { 'type.googleapis.com/envoy.config.listener.v3.Listener': 3 } }])(
    'takes an answer of another form for nothing: %j',
    (answer) => {
      const inspection = { mesh: 'm', name: 'n', policies: answer, rules: answer, config: answer, warnings: [] };
      expect(renderInspection(inspection)).toContain('Rules\n  none');
    },
  );
});

it('renderOutbounds shows the listeners alone', () => {
  expect(renderOutbounds(inspection.config).split('\n')[0]).toBe('127.0.0.1:10001  kuma.io/service=backend');
});
