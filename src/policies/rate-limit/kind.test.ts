import { describe, expect, it } from 'vitest';

import type { Resource } from '../../model/resource.js';
import { rateLimitKind } from './kind.js';

const key = { type: 'RateLimit', mesh: 'default', name: 'limit' };
const externalService = (name: string): Resource => ({
  type: 'ExternalService',
  mesh: 'default',
  name,
  creationTime: '2026-01-01T00:00:00Z',
  modificationTime: '2026-01-01T00:00:00Z',
  creationRevision: 1,
  revision: 1,
  spec: { tags: { 'kuma.io/service': name } },
});
const violation = {
  field: 'ratelimit',
  message: 'RateLimit applied to external service only supports kuma.io/service as destination match',
};

describe('destinations of a RateLimit beside external services', () => {
  const es = [externalService('es'), externalService('other')];
  it.each([
    { name: 'the service alone', services: es, destinations: [{ 'kuma.io/service': 'es' }], violations: [] },
    {
      name: 'every destination that asks for more of one',
      services: es,
      destinations: [
        { 'kuma.io/service': 'es', version: 'v1' },
        { 'kuma.io/service': 'web', version: 'v1' },
        { version: 'v1' },
        { 'kuma.io/service': '*', version: 'v1' },
      ],
      violations: [violation, violation],
    },
    {
      name: 'any service where none is external',
      services: [],
      destinations: [{ 'kuma.io/service': '*', a: 'b' }],
      violations: [],
    },
  ])('$name', ({ services, destinations, violations }) => {
    const spec = { destinations: destinations.map((match) => ({ match })) };
    const around = { mesh: undefined, previous: undefined, beside: new Map([['ExternalService', services]]) };
    expect(rateLimitKind.check?.(spec, key, around)).toEqual(violations);
  });

  it('are anything without external services', () => {
    const spec = { destinations: [{ match: { 'kuma.io/service': '*', a: 'b' } }] };
    expect(rateLimitKind.check?.(spec, key, { mesh: undefined, previous: undefined })).toEqual([]);
  });
});
