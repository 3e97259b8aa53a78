import { describe, expect, it } from 'vitest';

import { mapTexts, readOtlpValue } from './otlp-value.js';

describe('readOtlpValue', () => {
  it.each<[object]>([
    [{ stringValue: 'a' }],
    [{ boolValue: false }],
    [{ intValue: '-9223372036854775808' }],
    [{ doubleValue: 1.5 }],
    [{ bytesValue: 'AAE=' }],
    [{ arrayValue: { values: [{ stringValue: 'a' }, {}] } }],
    [{ arrayValue: {} }],
    [{ kvlistValue: { values: [{ key: 'k', value: { intValue: '1' } }, { key: 'k' }, {}] } }],
  ])('takes %j as it is', (value) => {
    expect(readOtlpValue(value)).toEqual(value);
  });

  it.each([
    ['other names', { string_value: 'a' }, { stringValue: 'a' }],
    ['numbers for integers', { intValue: 5 }, { intValue: '5' }],
    ['texts for numbers', { double_value: '1e1' }, { doubleValue: 10 }],
    ['the last of several fields', { intValue: '1', stringValue: 'a' }, { intValue: '1' }],
    ['nothing for null', { stringValue: null, kvlistValue: { values: [{ value: null }] } }, kvlist([{}])],
    ['nothing for lists without values', { kvlist_value: { values: [] } }, { kvlistValue: {} }],
    ['nothing of fields that it does not know', { text: 'a' }, {}],
  ])('takes %s', (_name, json, value) => {
    expect(readOtlpValue(json)).toEqual(value);
  });

  it.each<[unknown]>([
    ['a'],
    [5],
    [[]],
    [{ stringValue: 5 }],
    [{ boolValue: 'true' }],
    [{ intValue: 1.5 }],
    [{ intValue: '9223372036854775808' }],
    [{ doubleValue: 'a' }],
    [{ bytesValue: 'a' }],
    [{ arrayValue: [] }],
    [{ arrayValue: { values: ['a'] } }],
    [{ kvlistValue: { values: [{ key: 1 }] } }],
    [{ kvlistValue: { values: [{ value: 'a' }] } }],
  ])('takes %j for no value', (json) => {
    expect(readOtlpValue(json)).toBeUndefined();
  });
});

describe('mapTexts', () => {
  const value = kvlist([
    { key: 'k', value: { arrayValue: { values: [{ stringValue: 'a' }, { bytesValue: 'AAE=' }] } } },
  ]);

  it('changes texts and keys, and nothing else', () => {
    expect(mapTexts(value, (text) => `${text}!`)).toEqual(
      kvlist([{ key: 'k!', value: { arrayValue: { values: [{ stringValue: 'a!' }, { bytesValue: 'AAE=' }] } } }]),
    );
  });
  it.each(['k', 'a'])('makes nothing of a value when nothing is made of "%s"', (bad) => {
    expect(mapTexts(value, (text) => (text === bad ? undefined : text))).toBeUndefined();
  });
});

function kvlist<Pair>(values: Pair[]) {
  return { kvlistValue: { values } };
}
