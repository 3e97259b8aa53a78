import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { NumberText, parseJsonText } from './json-text.js';

const parse = (text: string, maxDepth = 64) => parseJsonText(text, { maxDepth });
const nest = (levels: number, inner = ''): string => `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`;

describe('parseJsonText', () => {
  it.each<{ readonly name: string; readonly text: string; readonly value: unknown }>([
    { name: 'integers', text: '[0,-1,9007199254740991]', value: [0, -1, 9007199254740991] },
    { name: 'decimals as JavaScript prints them', text: '[1.5,-0.25,1e+21,1e-7]', value: [1.5, -0.25, 1e21, 1e-7] },
    { name: 'a needless decimal', text: '10.0', value: new NumberText('10.0') },
    { name: 'an exponent', text: '[1e2,1E2]', value: [new NumberText('1e2'), new NumberText('1E2')] },
    { name: 'a negative zero', text: '{"a":-0}', value: { a: new NumberText('-0') } },
    {
      name: 'more digits than numbers hold',
      text: '18446744073709551615',
      value: new NumberText('18446744073709551615'),
    },
    { name: 'a number beyond all numbers', text: '[1e400]', value: [new NumberText('1e400')] },
    { name: 'texts that look like such numbers', text: '{"1.0":"10.0 1e2 -0"}', value: { '1.0': '10.0 1e2 -0' } },
    { name: 'the last of duplicate keys', text: '{"a":1,"b":2,"a":3}', value: { a: 3, b: 2 } },
    {
      name: 'the last of duplicate keys beside such a number',
      text: '{"a":1,"b":2.0,"a":{"c":3}}',
      value: { a: { c: 3 }, b: new NumberText('2.0') },
    },
    { name: 'pairs of surrogates', text: '"\\ud83d\\uDE00"', value: '\u{1f600}' },
    { name: 'halves of them', text: '{"\\ud83d":"a\\uDE00\\uD83Db"}', value: { '\ufffd': 'a\ufffd\ufffdb' } },
    { name: 'a half before a pair', text: '"\\ud83d\\ud83d\\ude00"', value: '\ufffd\u{1f600}' },
    { name: 'an escaped backslash before what looks like one', text: '"\\\\ud83d"', value: '\\ud83d' },
    { name: 'dangerous names as values', text: '["__proto__","constructor"]', value: ['__proto__', 'constructor'] },
    {
      name: 'other keys of the prototype',
      text: '{"toString":1.0,"hasOwnProperty":2}',
      value: { toString: new NumberText('1.0'), hasOwnProperty: 2 },
    },
  ])('reads $name', ({ text, value }) => {
    expect(parse(text)).toEqual({ ok: true, value });
  });

  it.each([
    { name: 'no text', text: '', kind: 'syntax' },
    { name: 'trailing text', text: '{} x', kind: 'syntax' },
    { name: 'leading zeros', text: '[01]', kind: 'syntax' },
    { name: 'a number without digits before the point', text: '[.5]', kind: 'syntax' },
    { name: 'an exponent alone', text: 'e5', kind: 'syntax' },
    { name: 'a broken escape of a surrogate', text: '"\\ud8x0"', kind: 'syntax' },
    { name: 'a raw control character', text: '["\n"]', kind: 'syntax' },
    { name: 'broken text that is nested far beyond the stack', text: '[{"a":'.repeat(500_000), kind: 'syntax' },
    { name: 'the key __proto__', text: '{"a":[{"__proto__":1}]}', kind: 'forbidden-key' },
    { name: 'the key constructor', text: '{"constructor":{}}', kind: 'forbidden-key' },
    { name: 'an escaped spelling of such a key', text: '{"\\u005f_proto__":1,"a":1.0}', kind: 'forbidden-key' },
    { name: 'lists one level too deep', text: nest(65), kind: 'depth' },
    { name: 'objects one level too deep', text: `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`, kind: 'depth' },
    { name: 'nesting far beyond the stack', text: nest(500_000), kind: 'depth' },
    {
      name: 'nesting far beyond the stack that a duplicate hides',
      text: `{"a":${nest(500_000)},"a":1.0}`,
      kind: 'depth',
    },
  ])('refuses $name', ({ text, kind }) => {
    expect(parse(text)).toMatchObject({ ok: false, error: { kind } });
  });

  it('takes what is as deep as allowed, whatever texts hold', () => {
    expect(parse(nest(64)).ok).toBe(true);
    expect(parse(nest(64, '1.0')).ok).toBe(true);
    expect(parse('[[1.0],[],{},[]]', 2).ok).toBe(true);
    expect(parse(nest(2, '"\\\\\\"[[[[[[",1.0'), 2).ok).toBe(true);
  });

  it('says where', () => {
    expect(parse('{"a": }')).toEqual({
      ok: false,
      error: { kind: 'syntax', text: "not JSON: Object value expected after ':' at position 6" },
    });
    expect(parse('{"a":1} x')).toMatchObject({
      error: { text: expect.stringMatching(/^not JSON: .* at position 8$/) as string },
    });
    expect(parse(`[${'1'.repeat(1000)}.]`)).toMatchObject({
      error: { text: expect.stringMatching(/^not JSON: Invalid number '1{44}\.\.\..* at position 1002$/) as string },
    });
    expect(parse('')).toMatchObject({ error: { text: expect.stringMatching(/^not JSON: .*position 0$/) as string } });
    expect(parse('{"a":[{"constructor":1}]}')).toMatchObject({
      error: { text: 'the key a[0].constructor is not allowed' },
    });
    expect(parse('{"a":{"b":{}}}', 2)).toMatchObject({ error: { text: 'nested too deeply at a.b' } });
  });

  it('reads what JSON.parse reads, but for the form of numbers', () => {
    const toNumbers = (value: unknown): unknown => {
      if (value instanceof NumberText) return Number(value.text);
      if (Array.isArray(value)) return value.map(toNumbers);
      return typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toNumbers(each)]))
        : value;
    };
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (json) => {
        const text = json
          .replaceAll('__proto__', 'a')
          .replaceAll('constructor', 'b')
          .replace(/(?<=[[,:])(\d+)(?=[\],}])/g, '$1.0');
        const parsed = parse(text);
        expect(parsed.ok && toNumbers(parsed.value)).toEqual(JSON.parse(text));
      }),
    );
  });
});
