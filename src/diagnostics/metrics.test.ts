import { expect, it } from 'vitest';

import { createMetrics } from './metrics.js';

const metrics = createMetrics({
  revision: () => 1,
  counts: () => Promise.resolve(new Map([['Mesh', 1]])),
  about: { version: '1', instanceId: 'i', clusterId: 'c' },
});
const { xds } = metrics;
xds.countAnswer('cds', 'NACK');
xds.countResponse('cds');
xds.measureGeneration('dataplane', 'changed', 1);
xds.measureDelivery(1);

// what dashboards made for Kuma 2.5 ask for
it.each([
  { name: 'cp_info', type: 'gauge', labels: ['cluster_id', 'instance_id', 'product', 'version'] },
  { name: 'leader', type: 'gauge' },
  { name: 'resources_count', type: 'gauge', labels: ['resource_type'] },
  { name: 'xds_delivery', type: 'summary', labels: ['quantile'] },
  { name: 'xds_generation', type: 'summary', labels: ['proxy_type', 'quantile', 'result'] },
  { name: 'xds_generation_errors', type: 'counter' },
  { name: 'xds_requests_received', type: 'counter', labels: ['confirmation', 'type_url'] },
  { name: 'xds_responses_sent', type: 'counter', labels: ['type_url'] },
  { name: 'xds_streams_active', type: 'gauge' },
  { name: 'hds_generation', type: 'summary', labels: ['quantile'] },
  { name: 'hds_generation_errors', type: 'counter' },
  { name: 'hds_requests_received', type: 'counter' },
  { name: 'hds_responses_sent', type: 'counter' },
  { name: 'hds_streams_active', type: 'gauge' },
])('has the $type $name with the labels $labels and the zone', async ({ name, type, labels = [] }) => {
  const lines = (await metrics.render()).split('\n');
  expect(lines).toContain(`# TYPE ${name} ${type}`);
  const sample = lines.find((line) => new RegExp(`^${name}\\{`).test(line)) ?? '';
  const found = [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label);
  expect(found.sort()).toEqual([...labels, 'zone'].sort());
});
