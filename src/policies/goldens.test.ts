import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';

import { toStaticBootstrap, type GeneratedXds } from '../../test/envoy/static-bootstrap.js';
import { findEnvoy, validateWithEnvoy } from '../../test/envoy/validate.js';
import { computeFor, type Document } from '../../test/plan/plan-proxy.js';
import { parseResource } from '../envoy/registry.js';
import type { TypeUrl } from '../envoy/type-urls.js';
import { showConfig } from '../explain/show-config.js';

/**
 * What becomes of the first Dataplane in `<policy>/testdata/<case>.input.yaml` is written beside it. Goldens are written
 * anew with UPDATE_GOLDEN=1.
 */
const root = import.meta.dirname;
const inputEnd = '.input.yaml';
const goldenEnd = '.golden.yaml';

const folders = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const filesOf = (policy: string): readonly string[] => {
  try {
    return readdirSync(join(root, policy, 'testdata'));
  } catch {
    return [];
  }
};
const listFiles = (): string[] =>
  folders.flatMap((policy) => filesOf(policy).map((file) => `${policy}/testdata/${file}`));
const all = listFiles();
const inputs = all.filter((file) => file.endsWith(inputEnd));
const goldenOf = (input: string): string => input.replace(inputEnd, goldenEnd);

/** Goldens are rewritten on purpose, by somebody who looks at them. */
const isUpdate = process.env['UPDATE_GOLDEN'] !== undefined;
if (isUpdate && process.env['CI'] !== undefined) throw new Error('goldens are not rewritten in CI');

/** The configuration by type URL and name. */
function generate(input: string): GeneratedXds {
  const documents = parseAllDocuments(readFileSync(join(root, input), 'utf8')).map((each) => each.toJS() as Document);
  const { xds } = showConfig(computeFor(documents).resources) as { readonly xds: GeneratedXds };
  return JSON.parse(JSON.stringify(xds)) as GeneratedXds;
}

if (isUpdate) {
  for (const file of all.filter((each) => each.endsWith(goldenEnd))) rmSync(join(root, file));
  for (const input of inputs) {
    const text = stringify(generate(input), { lineWidth: 120, singleQuote: true, aliasDuplicateObjects: false });
    writeFileSync(join(root, goldenOf(input)), text);
  }
}

const envoy = await findEnvoy();

describe('goldens', () => {
  it('are there for every policy that says something to Envoy, and no others', () => {
    expect(folders.filter((policy) => filesOf(policy).length === 0)).toEqual([]);
    const written = listFiles().filter((file) => file.endsWith(goldenEnd));
    expect(written.sort()).toEqual(inputs.map(goldenOf).sort());
  });

  it.each(inputs)('%s', (input) => {
    const xds = generate(input);
    expect(xds).toEqual(parse(readFileSync(join(root, goldenOf(input)), 'utf8')));
    for (const [typeUrl, resources] of Object.entries(xds))
      for (const resource of Object.values(resources)) parseResource(typeUrl as TypeUrl, withoutRedactions(resource));
  });

  it.skipIf(envoy.kind === 'missing').each(inputs)(
    `%s is accepted by Envoy${envoy.kind === 'missing' ? ` (${envoy.reason})` : ''}`,
    async (input) => {
      const { ok, output } = await validateWithEnvoy(
        envoy.kind === 'found' ? envoy.path : '',
        toStaticBootstrap(generate(input)),
      );
      expect(output).toContain('OK');
      expect(ok).toBe(true);
    },
  );
});

/** Bytes that are not shown are no base64. */
const withoutRedactions = (resource: object): object =>
  JSON.parse(JSON.stringify(resource).replaceAll('"<redacted>"', '""')) as object;
