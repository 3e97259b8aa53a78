import { expect, it } from 'vitest';

import type { Resource } from '../../model/resource.js';
import { externalService } from './kind.js';

const key = { type: 'ExternalService', mesh: 'default', name: 'es' };
const spec = { tags: { 'kuma.io/service': 'es', version: 'v1' } };
const rateLimit = (name: string, ...destinations: readonly Readonly<Record<string, string>>[]): Resource => ({
  type: 'RateLimit',
  mesh: 'default',
  name,
  creationTime: '2026-01-01T00:00:00Z',
  modificationTime: '2026-01-01T00:00:00Z',
  creationRevision: 1,
  revision: 1,
  spec: { destinations: destinations.map((match) => ({ match })) },
});
const refusal = (name: string) => ({
  field: 'externalservice',
  message: `ExternalService would match RateLimit '${name}' which includes incompatible destination matches`,
});

it.each([
  { name: 'none', limits: [], violations: [] },
  {
    name: 'limits of the whole service, and of others',
    limits: [
      rateLimit('a', { 'kuma.io/service': 'es' }, { 'kuma.io/service': '*' }),
      rateLimit('b', { 'kuma.io/service': 'web', version: 'v1' }, { version: 'v1' }),
    ],
    violations: [],
  },
  {
    name: 'limits of a part of the service',
    limits: [
      rateLimit('a', { 'kuma.io/service': 'es', version: 'v1' }, { 'kuma.io/service': '*', a: '*' }),
      rateLimit('b', { 'kuma.io/service': 'es', a: 'b' }),
    ],
    violations: [refusal('a'), refusal('a'), refusal('b')],
  },
])('is judged beside RateLimits: $name', ({ limits, violations }) => {
  const around = { mesh: undefined, previous: undefined, beside: new Map([['RateLimit', limits]]) };
  expect(externalService.check?.(spec, key, around)).toEqual(violations);
});

it('is listed by its tags', () => {
  expect(externalService.facets(spec)).toEqual({ tagSets: [spec.tags], gateway: null });
});
