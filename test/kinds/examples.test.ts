import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { readBody } from '../../src/admission/admit.js';
import { kinds } from '../../src/registry.js';

const folder = new URL('../../examples/kinds/', import.meta.url);
const folderOf = (path: string): URL => new URL(`${path}/`, folder);

/** Kinds whose specs stand below `spec`: what is stored is what is sent. */
const nested = kinds.filter(({ form }) => form === 'nested');
/** Kinds of which the examples are files, too. */
const filed = kinds.filter(({ path }) => existsSync(folderOf(path)));

describe.each(nested)('$type', (kind) => {
  it.each(kind.examples)('is stored as it is sent: $summary', ({ body }) => {
    const read = readBody(kind, JSON.stringify(body), { maxDepth: 64 });
    expect(read).toMatchObject({ ok: true, value: { spec: body['spec'], dropped: [] } });
  });
});

describe.each(filed)('the files of $type', ({ path, examples }) => {
  it('are its examples', () => {
    const files = readdirSync(folderOf(path)).sort();
    expect(files).toEqual(examples.map((_, i) => `${i + 1}.yaml`));
    expect(files.map((file) => parse(readFileSync(new URL(file, folderOf(path)), 'utf8')) as unknown)).toEqual(
      examples.map(({ body }) => body),
    );
  });
});

it('every folder of examples is that of a kind', () => {
  expect(readdirSync(folder).sort()).toEqual(filed.map(({ path }) => path).sort());
});
