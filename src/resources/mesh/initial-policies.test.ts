import { expect, it } from 'vitest';

import { initialPolicies } from './initial-policies.js';

const namesOf = (skipCreatingInitialPolicies?: readonly string[]): readonly string[] =>
  initialPolicies(
    skipCreatingInitialPolicies === undefined ? {} : { skipCreatingInitialPolicies: [...skipCreatingInitialPolicies] },
    'm',
  ).flatMap((provision) => {
    if (provision.provide !== 'resource') return [];
    const { type, mesh, name } = provision.key;
    return [`${mesh}/${type}/${name}`];
  });

const all = [
  'm/TrafficPermission/allow-all-m',
  'm/TrafficRoute/route-all-m',
  'm/Timeout/timeout-all-m',
  'm/CircuitBreaker/circuit-breaker-all-m',
  'm/Retry/retry-all-m',
];

it.each([
  { name: 'all of them', skipped: undefined, made: all },
  { name: 'all but one', skipped: ['Timeout', 'Nonsense'], made: all.filter((each) => !each.includes('Timeout')) },
  { name: 'none of them', skipped: ['*'], made: [] },
])('a mesh begins with $name', ({ skipped, made }) => {
  expect(namesOf(skipped)).toEqual(made);
});
