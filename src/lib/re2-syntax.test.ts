import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { findRe2Error } from './re2-syntax.js';

describe('findRe2Error', () => {
  it.each(
    [
      '',
      'a',
      'a|b|',
      '(a)(?:b)(?P<n>c)(?<n>d)',
      '(?P<1a>b)',
      '(?i)a',
      '(?i-s:a)',
      '(?)',
      '(a(?i)b)',
      'a*?b+?c??',
      '^*$',
      'a(?i)*',
      'a{3}',
      'a{3,}',
      'a{2,3}?',
      'a{1000}',
      '(a{10}){100}',
      '((a{1000}){0}){1000}',
      '((a{2}){0,}){2}',
      'x{0}',
      '(ab|c){2}d{1000}',
      'a{',
      'a{,1}',
      'a{1',
      'a{01}',
      '}',
      ']',
      'a{x}',
      '[a]',
      '[]a]',
      '[^]a]',
      '[a-]',
      '[-a]',
      '[\\d-z]',
      '[[:alpha:][:^digit:]]',
      '[[:]',
      '[a&&b]',
      '[\\pL\\P{Greek}]',
      '[\\x41-\\x{5A}]',
      '[^\\n]',
      '\\pL',
      '\\p{^Lu}',
      '\\p{Greek}',
      '\\p{Any}',
      '\\d\\D\\s\\S\\w\\W\\b\\B\\A\\z',
      '\\Q(\\E',
      '\\Q(',
      'a\\Q\\E*',
      '\\.\\_\\-',
      '\\a\\f\\n\\r\\t\\v',
      '\\07',
      '\\0',
      '\\123',
      '\\x41',
      '\\x{10FFFF}',
      'ä+',
      '😀*',
      '[😀-😂]',
    ].map((pattern) => ({ pattern })),
  )('takes $pattern', ({ pattern }) => {
    expect(findRe2Error(pattern)).toBeUndefined();
  });

  it.each([
    { pattern: '(', error: 'missing closing ): `(`' },
    { pattern: 'a(b(c)', error: 'missing closing ): `a(b(c)`' },
    { pattern: '(?:', error: 'missing closing ): `(?:`' },
    { pattern: 'a)', error: 'unexpected ): `a)`' },
    { pattern: '*', error: 'missing argument to repetition operator: `*`' },
    { pattern: 'a|*', error: 'missing argument to repetition operator: `*`' },
    { pattern: '(+a)', error: 'missing argument to repetition operator: `+`' },
    { pattern: '(?i)*', error: 'missing argument to repetition operator: `*`' },
    { pattern: '\\Q\\E?', error: 'missing argument to repetition operator: `?`' },
    { pattern: '{1}', error: 'missing argument to repetition operator: `{1}`' },
    { pattern: 'a**', error: 'invalid nested repetition operator: `**`' },
    { pattern: 'a*?+', error: 'invalid nested repetition operator: `*?+`' },
    { pattern: 'a{2}{3}', error: 'invalid nested repetition operator: `{2}{3}`' },
    { pattern: 'a{1001}', error: 'invalid repeat count: `{1001}`' },
    { pattern: 'a{2,1001}', error: 'invalid repeat count: `{2,1001}`' },
    { pattern: 'a{2,1}', error: 'invalid repeat count: `{2,1}`' },
    { pattern: 'a{99999999999}', error: 'invalid repeat count: `{99999999999}`' },
    { pattern: '(a{100}){100}', error: 'invalid repeat count: `{100}`' },
    { pattern: '((a{20})|b){51}', error: 'invalid repeat count: `{51}`' },
    { pattern: '(x|(a{20,}b)*){51}', error: 'invalid repeat count: `{51}`' },
    { pattern: '(?=a)', error: 'invalid or unsupported Perl syntax: `(?=`' },
    { pattern: '(?!a)', error: 'invalid or unsupported Perl syntax: `(?!`' },
    { pattern: '(?-:a)', error: 'invalid or unsupported Perl syntax: `(?-`' },
    { pattern: '(?', error: 'invalid or unsupported Perl syntax: `(?`' },
    { pattern: '(?<=a)', error: 'invalid named capture: `(?<=a)`' },
    { pattern: '(?P<>a)', error: 'invalid named capture: `(?P<>`' },
    { pattern: '(?P<ä>a)', error: 'invalid named capture: `(?P<ä>`' },
    { pattern: '[a', error: 'missing closing ]: `[a`' },
    { pattern: '[]', error: 'missing closing ]: `[]`' },
    { pattern: '[a-', error: 'missing closing ]: `[a-`' },
    { pattern: '[z-a]', error: 'invalid character class range: `z-a`' },
    { pattern: '[[:foo:]]', error: 'invalid character class range: `[:foo:]`' },
    { pattern: '[\\b]', error: 'invalid escape sequence: `\\b`' },
    { pattern: '\\p{Foo}', error: 'invalid character class range: `\\p{Foo}`' },
    { pattern: '\\pX', error: 'invalid character class range: `\\pX`' },
    { pattern: '\\p{Greek', error: 'invalid character class range: `\\p{Greek`' },
    { pattern: '\\1', error: 'invalid escape sequence: `\\1`' },
    { pattern: '\\8', error: 'invalid escape sequence: `\\8`' },
    { pattern: '\\Z', error: 'invalid escape sequence: `\\Z`' },
    { pattern: '\\C', error: 'invalid escape sequence: `\\C`' },
    { pattern: '\\u0041', error: 'invalid escape sequence: `\\u`' },
    { pattern: '\\xg', error: 'invalid escape sequence: `\\x`' },
    { pattern: '\\x{}', error: 'invalid escape sequence: `\\x`' },
    { pattern: '\\x{110000}', error: 'invalid escape sequence: `\\x{110000}`' },
    { pattern: '\\ä', error: 'invalid escape sequence: `\\ä`' },
    { pattern: 'a\\', error: 'trailing backslash at end of expression: ``' },
    { pattern: `${'('.repeat(1001)}${')'.repeat(1001)}`, error: 'expression nests too deeply' },
  ])('refuses $pattern', ({ pattern, error }) => {
    expect(findRe2Error(pattern)).toContain(`error parsing regexp: ${error}`);
  });

  it.each(
    ['(', '[', '[[:', '\\Q\\E', '\\pL', '\\p{Greek}', '(?i)', 'a{2}', '(?P<a>)', '[a]', 'a|'].map((piece) => ({
      piece,
    })),
  )('takes linear time for many of $piece', ({ piece }) => {
    const start = performance.now();
    findRe2Error(piece.repeat(Math.floor(500_000 / piece.length)));
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('is total', () => {
    const pieces = fc.constantFrom(
      'a',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '1',
      ',',
      '*',
      '+',
      '?',
      '\\',
      '^',
      '-',
      ':',
      '|',
      'p',
      'x',
      'Q',
      'E',
      '<',
      '>',
      'P',
      'ä',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (list) =>
        ['string', 'undefined'].includes(typeof findRe2Error(list.join(''))),
      ),
    );
  });
});
