// Writes what is made of the routes: openapi/openapi.yaml, and of that the types of the client that tests use. With
// --check, says which of the files is not what would be written.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { parse } from 'yaml';

import { repoRoot, run } from './steps.mjs';

const document = await makeDocument();
const files = [
  ['openapi/openapi.yaml', document],
  ['test/api/gen/openapi.d.ts', await makeTypes(document)],
];

if (process.argv.includes('--check')) {
  const stale = files.filter(([path, text]) => readFile(path) !== text).map(([path]) => path);
  if (stale.length > 0) {
    process.stderr.write(`not what the routes say: ${stale.join(', ')}; run \`npm run openapi\`\n`);
    process.exitCode = 1;
  }
} else {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(repoRoot, path)), { recursive: true });
    writeFileSync(join(repoRoot, path), text);
    process.stdout.write(`${path}\n`);
  }
}

async function makeDocument() {
  const { code, output } = await run(process.execPath, [join(repoRoot, 'dist', 'skein.js'), 'openapi']);
  if (code !== 0) throw new Error(output);
  return output;
}

async function makeTypes(yaml) {
  const types = await openapiTypescript(parse(yaml), { defaultNonNullable: false, silent: true });
  return `// Made of openapi/openapi.yaml by \`npm run openapi\`.\n${astToString(types)}`;
}

function readFile(path) {
  const file = join(repoRoot, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
