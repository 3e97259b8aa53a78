import { expect, it } from 'vitest';

import { quoteGo } from './go-quote.js';

it.each([
  { name: 'plain text', text: 'kuma.io/service', quoted: '"kuma.io/service"' },
  { name: 'quotes and backslashes', text: 'a"b\\', quoted: '"a\\"b\\\\"' },
  { name: 'short escapes', text: '\u0007\b\f\n\r\t\v', quoted: '"\\a\\b\\f\\n\\r\\t\\v"' },
  { name: 'other control characters', text: '\u0001\u007f', quoted: '"\\x01\\x7f"' },
  { name: 'printable characters of all planes', text: 'ä€😀', quoted: '"ä€😀"' },
  { name: 'spaces, separators and private characters', text: '\u00a0\u2028\ue000', quoted: '"\\u00a0\\u2028\\ue000"' },
  { name: 'characters without meaning beyond the basic plane', text: '\u{f0000}', quoted: '"\\U000f0000"' },
])('quoteGo writes $name as Go does', ({ text, quoted }) => {
  expect(quoteGo(text)).toBe(quoted);
});
