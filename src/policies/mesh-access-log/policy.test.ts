import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';
import { offlineNode } from '../../plan/proxy-node.js';

const mesh = { kind: 'Mesh' };
const section = (backends: readonly object[]) => [{ targetRef: mesh, default: { backends } }];
const accessLog = (spec: object): Document => ({
  type: 'MeshAccessLog',
  name: 'log',
  spec: { targetRef: mesh, ...spec },
});
const file = (format?: object) => ({ type: 'File', file: { path: '/tmp/log', format } });
const tcp = (format?: object) => ({ type: 'Tcp', tcp: { address: '10.1.1.1:6000', format } });
const otel = (openTelemetry: object = {}) => ({
  type: 'OpenTelemetry',
  openTelemetry: { endpoint: 'otel:4318', ...openTelemetry },
});
const plain = (text: string) => ({ type: 'Plain', plain: text });
const json = (...entries: [string, string][]) => ({
  type: 'Json',
  json: entries.map(([key, value]) => ({ key, value })),
});

const planOf = (documents: readonly Document[], protocol?: string) =>
  computeFor([web(), backend(protocol), ...documents]).plan;
/** The logs of what goes to `backend`. */
const logsTo = (backends: readonly object[], protocol?: string) =>
  planOf([routeAll, accessLog({ to: section(backends) })], protocol).outboundListeners.get('127.0.0.1:10001')
    ?.accessLogs;
const logTo = (target: object, protocol?: string) => logsTo([target], protocol)?.[0];

const variables = '%KUMA_SOURCE_SERVICE%-%KUMA_DESTINATION_SERVICE% %KUMA_TRAFFIC_DIRECTION% %KUMA_MESH% %REQ(X-A)%';
const filled = 'web-backend OUTBOUND default %REQ(x-a)%';
const path = offlineNode.accessLogSocketPath;

describe('MeshAccessLog', () => {
  it.each([
    ['a line in a file', file(plain(variables)), { path: '/tmp/log', format: { kind: 'text', text: `${filled}\n` } }],
    [
      'an object in a file',
      file({ ...json(['a', variables], ['b', '%START_TIME%']), omitEmptyValues: true }),
      { format: { kind: 'json', fields: { a: filled, b: '%START_TIME%' }, omitEmptyValues: true } },
    ],
    [
      'a line for a receiver',
      tcp({ ...plain(variables), omitEmptyValues: true }),
      {
        path,
        format: {
          kind: 'json',
          fields: { address: '10.1.1.1:6000', message: `${filled}\n` },
          omitEmptyValues: true,
        },
      },
    ],
    [
      'an object for a receiver',
      tcp(json(['a', variables])),
      { path, format: { kind: 'json', fields: { address: '10.1.1.1:6000', message: { a: filled } } } },
    ],
    [
      'a record for a collector',
      otel({ attributes: [{ key: 'a', value: variables }], body: { kvlistValue: { values: [{ key: variables }] } } }),
      {
        cluster: 'meshaccesslog:opentelemetry:0',
        attributes: [{ key: 'a', value: filled }],
        body: { kvlistValue: { values: [{ key: filled }] } },
      },
    ],
    ['a text as it stands in JSON', otel({ body: variables }), { body: { stringValue: `"${filled}"` } }],
  ])('writes %s', (_name, target, log) => {
    expect(logTo(target)).toMatchObject(log);
  });

  it.each([
    ['connections', undefined, /^\[%START_TIME%\] %RESPONSE_FLAGS% default 10\.0\.0\.1\(web\)->.* bytes$/],
    ['requests', 'http', /^\[%START_TIME%\] default "%REQ\(:method\)% .* "web" "backend" "10\.0\.0\.1" .*"$/],
  ])('has a format of its own for %s', (_name, protocol, format) => {
    const text = expect.stringMatching(format) as string;
    const line = expect.stringMatching(new RegExp(format.source.replace(/\$$/, '\\n$'))) as string;
    expect(logsTo([file(), tcp(), otel(), otel({ body: { other: 1 } })], protocol)).toMatchObject([
      { format: { text: line } },
      { format: { fields: { message: line } } },
      { body: { stringValue: text } },
      { body: { stringValue: text } },
    ]);
  });

  it.each([
    ['a line', file(plain('100%'))],
    ['a field', tcp(json(['a', '100%']))],
    ['an attribute', otel({ attributes: [{ key: 'a', value: '100%' }] })],
    ['a body', otel({ body: { stringValue: '100%' } })],
    ['an endpoint', otel({ endpoint: ':4317' })],
    ['a port', otel({ endpoint: 'otel:65536' })],
  ])('leaves out a log with %s that Envoy would refuse', (_name, target) => {
    const plan = planOf([routeAll, accessLog({ to: section([target, file(plain('a'))]) })]);
    expect(plan.outboundListeners.get('127.0.0.1:10001')?.accessLogs).toMatchObject([{ format: { text: 'a\n' } }]);
    expect([...plan.clusters.keys()]).toEqual(['localhost:8080', 'backend']);
  });

  it('logs inbounds of any client, in the name of the proxy', () => {
    const plan = planOf([accessLog({ from: section([file(plain(variables))]) })]);
    expect(plan.inbounds.get('10.0.0.1:80')?.accessLogs).toMatchObject([
      { format: { text: 'unknown-web INBOUND default %REQ(x-a)%\n' } },
    ]);
    expect(plan.outboundListeners.get('127.0.0.1:10001')?.accessLogs).toEqual([]);
  });

  it('logs nothing where connections are closed', () => {
    const plan = planOf([accessLog({ to: section([otel()]) })]);
    expect(plan.outboundListeners.get('127.0.0.1:10001')?.accessLogs).toEqual([]);
    expect([...plan.clusters.keys()]).toEqual(['localhost:8080']);
  });

  it('has a cluster for every collector, numbered as they are first needed', () => {
    const endpoints = ['b', '10.0.0.9:1', 'b:4317', 'c:x', '[fd00::1]:2', 'fd00::1'];
    const targets = endpoints.map((endpoint) => otel({ endpoint }));
    const plan = planOf([routeAll, accessLog({ from: section([otel({ endpoint: 'a:1' })]), to: section(targets) })]);
    const collectors = [...plan.clusters.values()].filter(({ origin }) => origin === 'meshaccesslog');
    const host = (address: string, port: number) => ({ kind: 'host', host: address, port, isV4Only: true });
    expect(collectors.map(({ name, source }) => [name.split(':')[2], source])).toEqual([
      ['0', host('a', 1)],
      ['1', host('b', 4317)],
      ['2', host('10.0.0.9', 1)],
      ['3', host('c', 0)],
      ['4', host('fd00::1', 2)],
      ['5', host('fd00::1', 4317)],
    ]);
    expect(collectors[0]).toMatchObject({ connectTimeout: '10s', http: { version: 2 } });
    const logs = plan.outboundListeners.get('127.0.0.1:10001')?.accessLogs ?? [];
    expect(logs.map((log) => log.kind === 'open-telemetry' && log.cluster.split(':')[2])).toEqual([
      ...['1', '2', '1', '3', '4', '5'],
    ]);
  });
});
