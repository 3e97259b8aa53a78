import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

import { renderDocs } from './render-docs.js';

it('docs/settings.md is up to date; `skein settings --docs > docs/settings.md` rewrites it', () => {
  expect(readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')).toBe(renderDocs());
});
