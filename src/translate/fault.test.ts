import { expect, it } from 'vitest';

import { faultFilter } from './fault.js';

it('asks for callers that a header tells, and for those that it does not', () => {
  const header = { name: 'x', match: { kind: 'regex', value: 'a' } } as const;
  const stringMatch = { safeRegex: { googleRe2: {}, regex: 'a' } };
  const filter = faultFilter({ headers: [header, { ...header, invert: true }] });
  expect(filter.typedConfig).toHaveProperty('headers', [
    { name: 'x', stringMatch },
    { name: 'x', stringMatch, invertMatch: true },
  ]);
});
