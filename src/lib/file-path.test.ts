import { expect, it } from 'vitest';

import { isFilePath } from './file-path.js';

it.each([
  '/',
  '//x',
  '/tmp/access.log',
  '/a b\n*?é',
  'C:\\',
  'c:\\logs\\a b.log',
  'c:\\logs\\',
  `c:\\${'a'.repeat(32_767)}`,
])('%j is a path', (text) => {
  expect(isFilePath(text)).toBe(true);
});

it.each([
  '',
  'a',
  './a',
  '~/a',
  'tmp/a',
  '/a\0',
  'C:',
  'C:/a',
  'CD:\\a',
  'c:\\a?',
  'c:\\\\a',
  'c:\\a\nb',
  `c:\\${'a'.repeat(32_768)}`,
])('%j is none', (text) => {
  expect(isFilePath(text)).toBe(false);
});
