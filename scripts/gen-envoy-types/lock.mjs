// What src/envoy/gen/ was made from, so that a check without the generator can tell whether it is up to date.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export const repoRoot = join(import.meta.dirname, '..', '..');
export const genDir = join(repoRoot, 'src', 'envoy', 'gen');
export const lockFile = join(genDir, 'lock.json');

/** The packages whose versions decide the output. */
const generators = [
  '@bufbuild/buf',
  '@bufbuild/protobuf',
  '@bufbuild/protoc-gen-es',
  '@grpc/grpc-js-xds',
  'typescript',
];

/** Paths of the files below a folder, relative to it, with `/`, ascending. */
export function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** Hash of the generator: its scripts, its protos, and the pinned versions of the packages it uses. */
export function hashInputs() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'));
  const pinned = { ...dependencies, ...devDependencies };
  return hashFolder(
    import.meta.dirname,
    listFiles(import.meta.dirname),
    generators.map((name) => `${name}@${pinned[name]}`),
  );
}

/** Hash of what was generated. */
export const hashOutputs = () =>
  hashFolder(
    genDir,
    listFiles(genDir).filter((path) => path !== 'lock.json'),
    [],
  );

function hashFolder(folder, paths, facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const path of paths) hash.update(`\0${path}\0`).update(readFileSync(join(folder, path)));
  return hash.digest('hex');
}
