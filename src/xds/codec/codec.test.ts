import { create, fromBinary, toBinary, toJson, type DescMessage } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';

import { loadRegistry } from '../../envoy/registry.js';
import { xdsTypes } from '../../envoy/type-urls.js';
import type { Response } from '../protocol.js';
import { encodeResource } from './encode-resource.js';
import { encodeTarget } from './encode-target.js';
import { readDeltaRequest, readSotwRequest, writeDeltaResponse, writeSotwResponse } from './messages.js';

const registry = loadRegistry();
const schema = (name: string): DescMessage => registry.getMessage(`envoy.service.discovery.v3.${name}`)!;
const cluster = { name: 'a', connectTimeout: '5s' };
const encoded = encodeResource(xdsTypes.clusters, cluster);
const response: Response = {
  section: 'clusters',
  version: 'v',
  nonce: '7',
  resources: [['a', { version: 'x', bytes: encoded.bytes }]],
  removed: ['z'],
};
const any = { '@type': xdsTypes.clusters, ...cluster };
const decode = (name: string, parts: readonly Uint8Array[]) =>
  toJson(schema(name), fromBinary(schema(name), Buffer.concat(parts)), { registry });

it('writes responses of both protocols', () => {
  expect(decode('DiscoveryResponse', writeSotwResponse(response))).toEqual({
    versionInfo: 'v',
    resources: [any],
    typeUrl: xdsTypes.clusters,
    nonce: '7',
  });
  expect(decode('DeltaDiscoveryResponse', writeDeltaResponse(response))).toEqual({
    systemVersionInfo: 'v',
    resources: [{ name: 'a', version: 'x', resource: any }],
    typeUrl: xdsTypes.clusters,
    nonce: '7',
    removedResources: ['z'],
  });
});

const encode = (name: string, fields: Record<string, unknown>) => toBinary(schema(name), create(schema(name), fields));
const common = {
  node: { id: 'default.web', metadata: { a: { b: 'c' } }, extensions: [{ name: 'x' }] },
  typeUrl: xdsTypes.endpoints,
  responseNonce: '3',
  errorDetail: { message: 'no' },
};
const node = { id: 'default.web', metadata: { a: { b: 'c' } }, extensions: ['x'] };

it('reads requests of both protocols', () => {
  expect(readSotwRequest(encode('DiscoveryRequest', { ...common, resourceNames: ['e'], versionInfo: 'v' }))).toEqual({
    node,
    typeUrl: xdsTypes.endpoints,
    request: { section: 'endpoints', names: ['e'], version: 'v', nonce: '3', error: 'no' },
  });
  const delta = { resourceNamesSubscribe: ['a'], resourceNamesUnsubscribe: ['b'], initialResourceVersions: { c: '1' } };
  expect(readDeltaRequest(encode('DeltaDiscoveryRequest', { ...common, ...delta })).request).toEqual({
    section: 'endpoints',
    subscribe: ['a'],
    unsubscribe: ['b'],
    initialVersions: new Map([['c', '1']]),
    nonce: '3',
    error: 'no',
  });
});

it('knows no other types, and reads a request without node and error', () => {
  expect(readSotwRequest(encode('DiscoveryRequest', { typeUrl: 'type.googleapis.com/a.B' }))).toEqual({
    node: undefined,
    typeUrl: 'type.googleapis.com/a.B',
    request: undefined,
  });
});

it('encodes equal resources once, and tells different ones apart', () => {
  expect(encodeResource(xdsTypes.clusters, { ...cluster })).toBe(encoded);
  expect(encodeResource(xdsTypes.clusters, { connectTimeout: '5s', name: 'a' }).version).toBe(encoded.version);
  expect(encodeResource(xdsTypes.clusters, { ...cluster, connectTimeout: '6s' }).version).not.toBe(encoded.version);
});

it('encodes a section once', () => {
  const none = new Map<string, never>();
  const clusters = new Map([['a', cluster]]);
  const rest = { endpoints: none, listeners: none, routes: none, secrets: none, runtimes: none };
  const target = encodeTarget({ clusters, ...rest });
  expect(target.clusters.resources.get('a')).toBe(encoded);
  expect(encodeTarget({ clusters, ...rest }).clusters).toBe(target.clusters);
  expect(encodeTarget({ clusters: new Map(clusters), ...rest }).clusters.version).toBe(target.clusters.version);
});

it('refuses what Envoy does not know', () => {
  expect(() => encodeResource(xdsTypes.clusters, { nome: 'a' })).toThrow();
});
