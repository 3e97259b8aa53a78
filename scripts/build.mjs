// Compiles src/ to dist/, copies what is not TypeScript, and bundles the program (dist/skein.js). `npm run build`, and ensure.mjs when dist/ is stale.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { bin, repoRoot, run } from './steps.mjs';

const dist = join(repoRoot, 'dist');

/** Written last, with the time of the start: a build that was interrupted, or overtaken by an edit, is made again. */
export const buildStamp = join(dist, '.built');

/** Files of src/ that the compiled code reads. */
const assets = ['envoy/gen/descriptors.binpb'];

/** Resolves to what the compiler has to say; undefined when all is well. */
export async function build() {
  const start = new Date();
  rmSync(buildStamp, { force: true });
  removeOrphans();
  const { code, output } = await run(bin('tsc'), ['-p', 'tsconfig.build.json']);
  if (code !== 0) return output;
  for (const asset of assets) {
    mkdirSync(dirname(join(dist, asset)), { recursive: true });
    cpSync(join(repoRoot, 'src', asset), join(dist, asset));
  }
  await bundle();
  writeFileSync(buildStamp, '');
  utimesSync(buildStamp, start, start);
  return undefined;
}

/** Packages with a binary or files of their own, which they look for where they are installed. */
const unbundled = ['better-sqlite3', '@fastify/swagger-ui'];

/** Makes one module of the program: to find and open 1 500 of them took most of the time of a start. */
async function bundle() {
  // only now: ensure.mjs imports this file before anything is installed
  const { rolldown } = await import('rolldown');
  const bundler = await rolldown({
    input: join(dist, 'main.js'),
    platform: 'node',
    logLevel: 'warn',
    external: (id) => unbundled.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [{ name: 'own-urls', transform: keepUrl }],
  });
  await bundler.write({ file: join(dist, 'skein.js'), format: 'esm', codeSplitting: false });
  await bundler.close();
}

/** A module that looks for files beside it must find them from the bundle too. */
function keepUrl(code, id) {
  if (!id.startsWith(dist) || !code.includes('import.meta.url')) return undefined;
  const url = `new URL(${JSON.stringify(`./${relative(dist, id)}`)}, import.meta.url).href`;
  return { code: code.replaceAll('import.meta.url', url), map: null };
}

/** The compiler does not remove what it made of a file that is gone. */
function removeOrphans() {
  if (!existsSync(dist)) return;
  for (const path of readdirSync(dist, { recursive: true })) {
    const source = /^(.*)\.js(\.map)?$/.exec(path)?.[1];
    if (source !== undefined && !existsSync(join(repoRoot, 'src', `${source}.ts`))) rmSync(join(dist, path));
  }
}

if (process.argv[1] === import.meta.filename) {
  const complaint = await build();
  if (complaint !== undefined) {
    process.stderr.write(complaint);
    process.exitCode = 1;
  }
}
