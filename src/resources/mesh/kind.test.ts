import { describe, expect, it } from 'vitest';

import { decodeProto } from '../../model/decode-proto.js';
import type { Around } from '../../model/kind.js';
import { mesh } from './kind.js';
import type { MeshDocument } from './schema.js';

const key = { type: 'Mesh', mesh: '', name: 'm' };
const alone: Around = { mesh: undefined, previous: undefined };
const after = (spec: MeshDocument): Around => ({
  mesh: undefined,
  previous: {
    ...key,
    creationTime: '2026-01-01T00:00:00Z',
    modificationTime: '2026-01-01T00:00:00Z',
    creationRevision: 1,
    revision: 1,
    spec,
  },
});

describe('the confs of prometheus', () => {
  const complete = (backend: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(mesh.complete?.({ metrics: { backends: [backend] } }, alone).metrics?.backends?.[0]);
  const defaults = '"path":"/metrics","port":5670,';
  const tags = '"tags":{"kuma.io/service":"dataplane-metrics"},';

  it.each([
    { name: 'no conf', conf: undefined, stored: `{${defaults}${tags}"tls":{}}` },
    { name: 'zeros and empty values', conf: { port: 0, path: '', tags: {} }, stored: `{${defaults}${tags}"tls":{}}` },
    {
      name: 'what is set',
      conf: { tls: { mode: 1 }, tags: { b: '1', a: '' }, port: '12', path: '/x' },
      stored: '{"path":"/x","port":12,"tags":{"a":"","b":"1"},"tls":{"mode":"providedTLS"}}',
    },
    {
      name: 'what is unknown',
      conf: { unknown: 1, aggregate: [{ port: '5', name: 'b', enabled: false, x: 1 }, null] },
      stored: `{"aggregate":[{"enabled":false,"name":"b","port":5},{}],${defaults}${tags}"tls":{}}`,
    },
    {
      name: 'skipMTLS true',
      conf: { skipMTLS: true },
      stored: `{${defaults}"skipMTLS":true,${tags}"tls":{"mode":"disabled"}}`,
    },
    { name: 'skipMTLS false', conf: { skipMTLS: false }, stored: `{${defaults}"skipMTLS":false,${tags}"tls":{}}` },
  ])('are completed for $name', ({ conf, stored }) => {
    expect(complete({ name: 'p', type: 'prometheus', ...(conf === undefined ? {} : { conf }) })).toBe(
      `{"name":"p","type":"prometheus","conf":${stored}}`,
    );
  });

  it('are left alone where there are none', () => {
    const spec: MeshDocument = { metrics: { enabledBackend: '' }, routing: {} };
    expect(mesh.complete?.(spec, alone)).toEqual(spec);
  });
});

describe('the enabled CA', () => {
  const using = (enabledBackend: string): MeshDocument => ({
    mtls: { enabledBackend, backends: [{ name: enabledBackend, type: 'x' }] },
  });
  const unknownType = [{ field: 'mtls.backends[0].type', message: 'could not find installed plugin for this type' }];

  it('may not change, and nothing else is said then', () => {
    expect(mesh.check?.(using('b'), key, after(using('a')))).toEqual([
      {
        field: 'mtls.enabledBackend',
        message: 'Changing CA when mTLS is enabled is forbidden. Disable mTLS first and then change the CA',
      },
    ]);
  });

  it.each([
    { name: 'on creation', around: alone },
    { name: 'when it stays', around: after(using('b')) },
    { name: 'when mTLS was off', around: after({ mtls: { enabledBackend: '' } }) },
  ])('is checked $name', ({ around }) => {
    expect(mesh.check?.(using('b'), key, around)).toEqual(unknownType);
  });

  it('may be turned off', () => {
    expect(mesh.check?.({ mtls: {} }, key, after(using('a')))).toEqual([]);
  });
});

it.each(mesh.examples)('the example "$summary" is valid and read back as it is', ({ body }) => {
  const { type, name, ...spec } = body;
  expect(type).toBe('Mesh');
  const decoded = decodeProto(mesh.schema, spec);
  expect(decoded).toEqual({ ok: true, value: { value: spec, dropped: [] } });
  if (!decoded.ok) return;
  const document = decoded.value.value as MeshDocument;
  expect(mesh.validate(document)).toEqual([]);
  expect(mesh.check?.(document, { ...key, name }, alone)).toEqual([]);
  expect(JSON.stringify(mesh.complete?.(document, alone))).toBe(JSON.stringify(spec));
});
