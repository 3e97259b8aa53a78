import { fromBinary, fromJson, toBinary, toJson, type JsonValue } from '@bufbuild/protobuf';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createHdsMetrics } from '../../src/diagnostics/hds-metrics.js';
import { loadRegistry } from '../../src/envoy/registry.js';
import { err, ok } from '../../src/lib/result.js';
import type { DataplaneSpec } from '../../src/model/dataplane.js';
import { writeHealth } from '../../src/proxies/write-health.js';
import { dataplane } from '../../src/resources/dataplane/index.js';
import type { Store } from '../../src/store/store.js';
import { startDpServer, type DpServer } from '../../src/xds/dp-server.js';
import { HdsService } from '../../src/xds/health/hds-service.js';
import { putSpec, readSpec, storeWith } from '../proxies/fixture.js';
import { testTls } from './test-tls.js';

const web = { type: 'Dataplane', mesh: 'default', name: 'web-1' };
const probed = { port: 80, serviceProbe: { tcp: {} }, state: 'NotReady', health: {} };
const specOf = (...inbound: object[]) =>
  ({ networking: { address: '127.0.0.1', inbound } }) as unknown as DataplaneSpec;

let store: Store;
let server: DpServer;
let hds: HdsService;
let specs: Map<string, DataplaneSpec>;
let goodToken: string;
let written: number;
let metrics: Registry;

beforeEach(async () => {
  store = await storeWith({ ...web, spec: specOf(probed) });
  specs = new Map([['web-1', specOf(probed)]]);
  goodToken = 'good';
  written = 0;
  metrics = new Registry();
  const meter = createHdsMetrics(metrics);
  hds = new HdsService({
    meter,
    settings: {
      interval: 5_000,
      checkDefaults: { timeout: 1, interval: 1, noTrafficInterval: 1, healthyThreshold: 1, unhealthyThreshold: 1 },
    },
    authenticate: ({ credential }) => Promise.resolve(credential === goodToken ? ok(undefined) : err('bad token')),
    findDataplane: ({ name }) => specs.get(name),
    writeHealth: async ({ mesh, name }, report) => {
      written++;
      const context = { store, now: () => '2026-01-01T00:00:00Z' };
      await writeHealth(context, dataplane, { type: 'Dataplane', mesh, name }, report);
    },
    onError: (error) => {
      throw error;
    },
  });
  meter.countStreams(() => hds.streams);
  const options = { host: '127.0.0.1', port: 0, tls: testTls, methods: hds.methods, http: () => undefined };
  server = await startDpServer(options);
});
afterEach(() => server.close());

const schemaOf = (name: string) => {
  const schema = loadRegistry().getMessage(`envoy.service.health.v3.${name}`);
  if (schema === undefined) throw new Error(name);
  return schema;
};
const registry = loadRegistry();
const write = (json: object): Buffer => {
  const schema = schemaOf('HealthCheckRequestOrEndpointHealthResponse');
  return Buffer.from(toBinary(schema, fromJson(schema, json as JsonValue, { registry })));
};
const read = (bytes: Buffer): unknown => {
  const schema = schemaOf('HealthCheckSpecifier');
  return toJson(schema, fromBinary(schema, bytes), { registry });
};

function connect(token = 'good', id = 'default.web-1', first?: object) {
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createSsl(testTls.ca));
  const metadata = new Metadata();
  metadata.set('authorization', token);
  const call = client.makeBidiStreamRequest(
    '/envoy.service.health.v3.HealthDiscoveryService/StreamHealthCheck',
    write,
    read,
    metadata,
  );
  const specifiers: unknown[] = [];
  call.on('data', (specifier: unknown) => specifiers.push(specifier));
  const ended = new Promise<ServiceError | undefined>((resolve) => {
    call.on('error', (error) => resolve(error as ServiceError));
    call.on('end', () => resolve(undefined));
  });
  const nodeMetadata = { 'dataplane.admin.port': '9901', 'dataplane.admin.address': '127.0.0.1' };
  call.write(first ?? { healthCheckRequest: { node: { id, metadata: nodeMetadata } } });
  return { client, call, specifiers, ended };
}

const reportOf = (healthStatus: string, clusterName = 'localhost:80') => ({
  endpointHealthResponse: {
    clusterEndpointsHealth: [{ clusterName, localityEndpointsHealth: [{ endpointsHealth: [{ healthStatus }] }] }],
  },
});
const inbounds = async () =>
  ((await readSpec(store, 'Dataplane', 'default', 'web-1')) as DataplaneSpec).networking?.inbound;
const checksOf = (specifier: unknown) =>
  (specifier as { clusterHealthChecks: { clusterName: string }[] }).clusterHealthChecks.map(
    ({ clusterName }) => clusterName,
  );

it('a proxy learns what to check, and its Dataplane what it found out', async () => {
  const { client, call, specifiers } = connect();
  await expect.poll(() => specifiers.map(checksOf)).toEqual([['kuma:envoy:admin', 'localhost:80']]);
  call.write(reportOf('HEALTHY'));
  await expect.poll(inbounds).toEqual([{ port: 80, serviceProbe: { tcp: {} }, health: { ready: true } }]);
  call.write(reportOf('HEALTHY'));
  call.write(reportOf('UNHEALTHY'));
  await expect.poll(inbounds).toEqual([probed]);
  // what is said twice is looked at once
  expect(written).toBe(2);
  call.write(reportOf('DRAINING', 'kuma:envoy:admin'));
  await expect.poll(() => written).toBe(3);
  expect(await inbounds()).toEqual([probed]);
  const lines = (await metrics.metrics()).split('\n').filter((line) => /^hds_\w+(?<!_sum) \d+$/.test(line));
  expect(lines).toEqual([
    'hds_streams_active 1',
    'hds_requests_received 1',
    // as the proxy says it, what is said twice too
    'hds_responses_sent 4',
    'hds_generation_count 1',
    'hds_generation_errors 0',
  ]);
  client.close();
});

it('a proxy is told anew when its Dataplane changes what is to be checked', async () => {
  specs.delete('web-1');
  const { client, call, specifiers, ended } = connect();
  await expect.poll(() => hds.streams).toBe(1);
  specs.set('web-1', specOf());
  hds.onChange([web]);
  await expect.poll(() => specifiers.map(checksOf)).toEqual([['kuma:envoy:admin']]);
  hds.onChange([web, { ...web, type: 'DataplaneInsight' }]);
  specs.set('web-1', specOf(probed));
  hds.onChange([web]);
  await expect.poll(() => specifiers.length).toBe(2);
  call.cancel();
  await ended;
  client.close();
  await expect.poll(() => hds.streams).toBe(0);
});

it('no stranger is told or believed', async () => {
  const { client, ended, specifiers } = connect('bad');
  expect(await ended).toMatchObject({ code: 2, details: 'bad token' });
  expect(specifiers).toEqual([]);
  client.close();
  const early = connect('good', '', reportOf('HEALTHY'));
  expect(await early.ended).toMatchObject({ code: 2, details: 'the stream was not authenticated' });
  expect(await inbounds()).toEqual([probed]);
  early.client.close();
  const nameless = connect('good', 'web-1');
  expect(await nameless.ended).toMatchObject({ code: 3 });
  nameless.client.close();
});

it('who is let in no longer is sent away', async () => {
  const { client, ended, specifiers } = connect();
  await expect.poll(() => specifiers.length).toBe(1);
  goodToken = 'other';
  await hds.authenticateAgain(({ mesh }) => mesh === 'elsewhere');
  expect(hds.streams).toBe(1);
  await hds.authenticateAgain(({ mesh }) => mesh === 'default');
  expect(await ended).toMatchObject({ code: 2, details: 'bad token' });
  client.close();
});

it('a Dataplane that is gone stays so', async () => {
  await putSpec(store, { ...web, name: 'other' });
  const context = { store, now: () => '' };
  const report = { isProxyHealthy: true, workloads: new Map() };
  await writeHealth(context, dataplane, { ...web, name: 'gone' }, report);
  expect((await store.list({ type: 'Dataplane', order: 'name', offset: 0 })).total).toBe(2);
});
