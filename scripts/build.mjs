// Compiles src/ to dist/ and copies what is not TypeScript. `npm run build`, and ensure.mjs when dist/ is stale.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
  writeFileSync(buildStamp, '');
  utimesSync(buildStamp, start, start);
  return undefined;
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
