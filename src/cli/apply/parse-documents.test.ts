import { describe, expect, it } from 'vitest';

import { parseDocuments } from './parse-documents.js';

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e'].map((name, index) => {
    const below = 'abcd'[index];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${below}`).join(', ')}]`;
  }),
].join('\n');

describe('parseDocuments', () => {
  it.each([
    { name: 'YAML', text: 'type: Mesh\nname: a\n', documents: [{ where: 'f:1', value: { type: 'Mesh', name: 'a' } }] },
    { name: 'JSON', text: '{\n\t"type": "Mesh"\n}', documents: [{ where: 'f:1', value: { type: 'Mesh' } }] },
    {
      name: 'several, each with its line',
      text: '# head\na: 1\n---\n\nb: 2\n',
      documents: [
        { where: 'f:2', value: { a: 1 } },
        { where: 'f:5', value: { b: 2 } },
      ],
    },
    {
      name: 'empty ones are left out',
      text: '---\n# nothing\n---\na: 1\n---\n',
      documents: [{ where: 'f:4', value: { a: 1 } }],
    },
    { name: 'an empty text', text: '', documents: [] },
    { name: 'keys are texts', text: '8080: a', documents: [{ where: 'f:1', value: { '8080': 'a' } }] },
    { name: 'words of old YAML stay words', text: 'a: yes', documents: [{ where: 'f:1', value: { a: 'yes' } }] },
    {
      name: 'aliases',
      text: 'a: &x {b: 1}\nc: *x',
      documents: [{ where: 'f:1', value: { a: { b: 1 }, c: { b: 1 } } }],
    },
  ])('reads $name', ({ text, documents }) => {
    expect(parseDocuments(text, 'f')).toEqual({ ok: true, value: documents });
  });

  it.each([
    {
      name: 'a mistake, with its line',
      text: 'a: 1\n---\nb: [1\n',
      error: [expect.stringMatching(/^f:4: Flow sequence/)],
    },
    { name: 'a key twice', text: 'a: 1\na: 2', error: ['f:2: Map keys must be unique'] },
    { name: 'a tag', text: 'a: !secret b', error: ['f:1: Unresolved tag: !secret'] },
    {
      name: 'a tag of the language',
      text: 'a: !!binary aGk=',
      error: ['f:1: Unresolved tag: tag:yaml.org,2002:binary'],
    },
    {
      name: 'aliases that multiply',
      text: bomb,
      error: ['f:1: Excessive alias count indicates a resource exhaustion attack'],
    },
    {
      name: 'an alias of nothing',
      text: 'a: *b',
      error: ['f:1: Unresolved alias (the anchor must be set before the alias): b'],
    },
  ])('refuses $name', ({ text, error }) => {
    expect(parseDocuments(text, 'f')).toEqual({ ok: false, error });
  });
});
