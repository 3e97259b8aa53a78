import { describe, expect, it } from 'vitest';

import { decodeProto } from '../../model/decode-proto.js';
import type { Around } from '../../model/kind.js';
import type { Resource } from '../../model/resource.js';
import { dataplane } from './kind.js';
import type { DataplaneDocument } from './schema.js';

const key = { type: 'Dataplane', mesh: 'default', name: 'web-1' };
const meta = {
  creationTime: '2026-01-01T00:00:00Z',
  modificationTime: '2026-01-01T00:00:00Z',
  creationRevision: 1,
  revision: 1,
};
const meshWith = (dataplaneProxy: unknown): Resource => ({
  type: 'Mesh',
  mesh: '',
  name: 'default',
  ...meta,
  spec: { constraints: { dataplaneProxy } },
});
const alone: Around = { mesh: undefined, previous: undefined };

const withTags = (...sets: readonly Readonly<Record<string, string>>[]): DataplaneDocument => ({
  networking: { address: '10.0.0.1', inbound: sets.map((tags, i) => ({ port: i + 1, tags })) },
});

describe('a Dataplane that is written', () => {
  const probed: DataplaneDocument = {
    networking: {
      address: '10.0.0.1',
      inbound: [
        { port: 1, tags: { 'kuma.io/service': 'a' }, state: 'Ignored', health: { ready: true }, serviceProbe: {} },
        { port: 2, servicePort: 3, tags: { 'kuma.io/service': 'b' }, health: { ready: true }, state: 'Ignored' },
      ],
    },
  };

  it('is not ready on creation where it has a probe, in the order of the schema', () => {
    expect(JSON.stringify(dataplane.complete?.(probed, alone).networking?.inbound)).toBe(
      JSON.stringify([
        { port: 1, tags: { 'kuma.io/service': 'a' }, health: {}, serviceProbe: {}, state: 'NotReady' },
        { port: 2, servicePort: 3, tags: { 'kuma.io/service': 'b' }, health: { ready: true }, state: 'Ignored' },
      ]),
    );
  });

  it('keeps everything else on creation', () => {
    const spec: DataplaneDocument = {
      networking: { address: 'a', inbound: [{ port: 1 }], admin: { port: 2 } },
      probes: { port: 3 },
    };
    expect(dataplane.complete?.(spec, alone)).toStrictEqual(spec);
  });

  it('is stored as it is on update', () => {
    expect(dataplane.complete?.(probed, { ...alone, previous: { ...key, ...meta, spec: {} } })).toEqual(probed);
  });

  it('is stored as it is without inbounds', () => {
    const gateway: DataplaneDocument = { networking: { address: 'a', gateway: { tags: {} } } };
    expect(dataplane.complete?.(gateway, alone)).toEqual(gateway);
  });
});

describe('membership of a mesh', () => {
  const requirements = [{ tags: { team: '*' } }, { tags: { 'kuma.io/service': 'web', zone: 'a' } }];
  const unmet = 'the mesh requires one of these sets of tags: {team: *} or {kuma.io/service: web, zone: a}';

  it.each([
    { name: 'no mesh', mesh: undefined, spec: withTags({ a: 'b' }), violations: [] },
    { name: 'no constraints', mesh: { ...meshWith(undefined), spec: {} }, spec: withTags({ a: 'b' }), violations: [] },
    {
      name: 'any value of a required tag',
      mesh: meshWith({ requirements }),
      spec: withTags({ team: 'x' }),
      violations: [],
    },
    {
      name: 'an empty value of a required tag',
      mesh: meshWith({ requirements }),
      spec: withTags({ team: '' }),
      violations: [{ field: 'networking.inbound[0].tags', message: unmet }],
    },
    {
      name: 'every tag of one requirement',
      mesh: meshWith({ requirements }),
      spec: withTags({ 'kuma.io/service': 'web', zone: 'a', b: 'c' }),
      violations: [],
    },
    {
      name: 'a part of a requirement, in one inbound',
      mesh: meshWith({ requirements }),
      spec: withTags({ team: 'x' }, { 'kuma.io/service': 'web' }),
      violations: [{ field: 'networking.inbound[1].tags', message: unmet }],
    },
    {
      name: 'a requirement that is met and a restriction that applies',
      mesh: meshWith({ requirements, restrictions: [{ tags: { a: 'b' } }, { tags: { team: '*' } }] }),
      spec: withTags({ team: 'x' }),
      violations: [
        { field: 'networking.inbound[0].tags', message: 'the mesh refuses Dataplanes with the tags {team: *}' },
      ],
    },
    {
      name: 'a gateway',
      mesh: meshWith({ requirements: [{ tags: { team: 'x' } }] }),
      spec: { networking: { gateway: { tags: { team: 'y' } } } },
      violations: [
        { field: 'networking.gateway.tags', message: 'the mesh requires one of these sets of tags: {team: x}' },
      ],
    },
    {
      name: 'tags that only the prototype of objects has',
      mesh: meshWith({ restrictions: [{ tags: { toString: '*' } }] }),
      spec: withTags({}),
      violations: [],
    },
  ])('is checked for $name', ({ mesh, spec, violations }) => {
    expect(dataplane.check?.(spec, key, { mesh, previous: undefined })).toEqual(violations);
  });
});

it.each([
  { name: 'inbounds', spec: withTags({ a: 'b' }, {}), facets: { tagSets: [{ a: 'b' }, {}], gateway: null } },
  {
    name: 'a delegated gateway',
    spec: { networking: { gateway: { tags: { a: 'b' } } } },
    facets: { tagSets: [{ a: 'b' }], gateway: 'delegated' },
  },
  {
    name: 'a builtin gateway',
    spec: { networking: { gateway: { type: 'BUILTIN' as const } } },
    facets: { tagSets: [{}], gateway: 'builtin' },
  },
  { name: 'nothing', spec: {}, facets: { tagSets: [], gateway: null } },
])('the facets of $name', ({ spec, facets }) => {
  expect(dataplane.facets(spec)).toEqual(facets);
});

it.each(dataplane.examples)('the example "$summary" is valid and read back as it is', ({ body }) => {
  const { type, mesh, name, ...spec } = body;
  expect({ type, mesh, name }).toMatchObject({ type: 'Dataplane', mesh: 'default' });
  const decoded = decodeProto(dataplane.schema, spec);
  expect(decoded).toEqual({ ok: true, value: { value: spec, dropped: [] } });
  if (decoded.ok) expect(dataplane.validate(decoded.value.value as DataplaneDocument)).toEqual([]);
});
