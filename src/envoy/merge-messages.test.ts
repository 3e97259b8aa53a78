import { describe, expect, it } from 'vitest';

import { mergeMessages } from './merge-messages.js';

const packed = (type: string, fields: object) => ({ '@type': `type.googleapis.com/${type}`, ...fields });
const router = packed('envoy.extensions.filters.http.router.v3.Router', { dynamicStats: false });

describe('mergeMessages', () => {
  it.each([
    { name: 'sets and overrides fields', before: { name: 'a' }, patch: { lbPolicy: 'RANDOM', name: 'b' } },
    {
      name: 'goes into messages',
      before: { commonLbConfig: { healthyPanicThreshold: { value: 5 } } },
      patch: { commonLbConfig: { closeConnectionsOnHostSetChange: true } },
      merged: { commonLbConfig: { healthyPanicThreshold: { value: 5 }, closeConnectionsOnHostSetChange: true } },
    },
    {
      name: 'lets lists grow',
      before: { healthChecks: [{ interval: '1s' }] },
      patch: { healthChecks: [{ interval: '2s' }] },
      merged: { healthChecks: [{ interval: '1s' }, { interval: '2s' }] },
    },
    {
      name: 'replaces entries of maps',
      before: { typedExtensionProtocolOptions: { a: router, b: router } },
      patch: { typedExtensionProtocolOptions: { a: packed('google.protobuf.Empty', {}) } },
      merged: { typedExtensionProtocolOptions: { a: packed('google.protobuf.Empty', {}), b: router } },
    },
    { name: 'replaces durations as a whole', before: { connectTimeout: '1.500s' }, patch: { connectTimeout: '2s' } },
    {
      name: 'leaves one field of a oneof',
      before: { ringHashLbConfig: { minimumRingSize: '5' }, type: 'EDS' },
      patch: { maglevLbConfig: { tableSize: '11' } },
      merged: { maglevLbConfig: { tableSize: '11' }, type: 'EDS' },
    },
    {
      name: 'keeps a wrapped value that is set to nothing',
      before: { perConnectionBufferLimitBytes: 9 },
      patch: { perConnectionBufferLimitBytes: 0 },
      merged: { perConnectionBufferLimitBytes: 9 },
    },
    { name: 'sets a wrapped nothing where there was none', before: {}, patch: { perConnectionBufferLimitBytes: 0 } },
    {
      name: 'replaces packed messages',
      before: { transportSocket: { name: 'a', typedConfig: router } },
      patch: { transportSocket: { typedConfig: packed('google.protobuf.Empty', {}) } },
      merged: { transportSocket: { name: 'a', typedConfig: packed('google.protobuf.Empty', {}) } },
    },
    {
      name: 'keeps a packed message that is set to nothing',
      before: { transportSocket: { typedConfig: router } },
      patch: { transportSocket: { typedConfig: {} } },
      merged: { transportSocket: { typedConfig: router } },
    },
    {
      name: 'replaces structures in maps, as any entry',
      before: { metadata: { filterMetadata: { a: { x: 1 }, b: { y: 1 } } } },
      patch: { metadata: { filterMetadata: { a: { z: 1 } } } },
      merged: { metadata: { filterMetadata: { a: { z: 1 }, b: { y: 1 } } } },
    },
  ])('$name', ({ before, patch, merged = { ...before, ...patch } }) => {
    expect(mergeMessages('envoy.config.cluster.v3.Cluster', before, patch)).toEqual(merged);
  });
});
