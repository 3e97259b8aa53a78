import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { kinds } from '../../src/registry.js';

const folder = new URL('../../examples/kinds/', import.meta.url);
const files = readdirSync(folder).flatMap((path) =>
  readdirSync(new URL(`${path}/`, folder)).map((file) => ({ path, file })),
);

it.each(files)('examples/kinds/$path/$file is the example of its kind', ({ path, file }) => {
  const kind = kinds.find((each) => each.path === path);
  const document: unknown = parse(readFileSync(new URL(`${path}/${file}`, folder), 'utf8'));
  expect(document).toEqual(kind?.examples[Number.parseInt(file) - 1]?.body);
});
