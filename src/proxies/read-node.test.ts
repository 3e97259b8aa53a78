import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readNode, readVersion } from './read-node.js';

const web = { mesh: 'default', name: 'web-1' };
/** Those of a data plane that does not tell. */
const sockets = {
  accessLogSocketPath: join(tmpdir(), 'kuma-al-web-1-default.sock'),
  metricsSocketPath: join(tmpdir(), 'kuma-mh-web-1-default.sock'),
};

describe('readNode', () => {
  it.each([
    { name: 'nothing', metadata: {}, node: {} },
    {
      name: 'ports',
      metadata: {
        'dataplane.admin.port': '9901',
        'dataplane.readinessReporter.port': '9902',
        'dataplane.dns.port': '1',
        'dataplane.dns.empty.port': '2',
      },
      node: { admin: { address: '127.0.0.1', port: 9901 }, readinessPort: 9902, dns: { port: 1, emptyPort: 2 } },
    },
    { name: 'one of two DNS ports', metadata: { 'dataplane.dns.port': '1' }, node: {} },
    ...['x', '', '0', '65536', '-1', 9901, null].map((port) => ({
      name: `the port ${JSON.stringify(port)}`,
      metadata: { 'dataplane.admin.port': port },
      node: {},
    })),
    ...(
      [
        ['0.0.0.0', '127.0.0.1'],
        ['::', '::1'],
        ['10.0.0.1', undefined],
      ] as const
    ).map(([address, shown]) => ({
      name: `admin at ${address}`,
      metadata: { 'dataplane.admin.port': '9901', 'dataplane.admin.address': address },
      node: shown === undefined ? {} : { admin: { address: shown, port: 9901 } },
    })),
    {
      name: 'sockets',
      metadata: { accessLogSocketPath: '/a', metricsSocketPath: '/b' },
      node: { accessLogSocketPath: '/a', metricsSocketPath: '/b' },
    },
    {
      name: 'features',
      metadata: { features: ['x', 'feature-tcp-accesslog-via-named-pipe'] },
      node: { hasLogPipe: true },
    },
  ])('reads $name', ({ metadata, node }) => {
    expect(readNode(metadata, [], web)).toEqual({ ...sockets, hasLogPipe: false, ...node });
  });

  it('reads extensions', () => {
    expect(readNode({}, ['a'], web).extensions).toEqual(new Set(['a']));
  });
});

describe('readVersion', () => {
  it.each([
    { version: undefined, read: undefined },
    { version: 'x', read: undefined },
    {
      version: {
        kumaDp: { version: '2.5.11', gitTag: 't', other: 1 },
        envoy: { version: '1', kumaDpCompatible: true },
      },
      read: {
        kumaDp: { version: '2.5.11', gitTag: 't', kumaCpCompatible: true },
        envoy: { version: '1', kumaDpCompatible: true },
      },
    },
    { version: { envoy: { kumaDpCompatible: false } }, read: { envoy: {} } },
    { version: { dependencies: { coredns: '1.8' } }, read: { dependencies: { coredns: '1.8' } } },
    ...(
      [
        ['2.3.0', true],
        ['2.2.9', false],
        ['2.8.0', false],
        ['1.5.0', false],
        ['dev', true],
        ['2.9.0-preview', true],
      ] as const
    ).map(([dp, compatible]) => ({
      version: { kumaDp: { version: dp } },
      read: { kumaDp: { version: dp, ...(compatible ? { kumaCpCompatible: true } : {}) } },
    })),
  ])('reads $version', ({ version, read }) => {
    expect(readVersion({ version }, '2.5.11')).toEqual(read);
  });
});
