import { expect, it } from 'vitest';

import { isPretty } from './log.js';

it.each([
  { format: 'auto', isInteractive: true, pretty: true },
  { format: 'auto', isInteractive: false, pretty: false },
  { format: 'json', isInteractive: true, pretty: false },
  { format: 'pretty', isInteractive: false, pretty: true },
] as const)('$format, interactive $isInteractive: pretty $pretty', ({ format, isInteractive, pretty }) => {
  expect(isPretty(format, isInteractive)).toBe(pretty);
});
