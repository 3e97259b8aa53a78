// Makes src/envoy/gen/: JSON types of Envoy's v3 API and the descriptors that encode it.
//
//   npm run gen:envoy
//
// Works offline: the protos come with the npm package @grpc/grpc-js-xds, which is used as their carrier only, and from
// protos/ beside this file. roots.txt lists what needs types, relative to the package's folder envoy/; what a root imports
// follows by itself. Descriptors are kept of everything in v3: users patch in filters that skein itself never writes.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { genDir, hashInputs, hashOutputs, listFiles, lockFile, repoRoot } from './lock.mjs';
import { reachable, readJsonTypes, renderMessages, renderModule } from './json-types.mjs';

const work = join(repoRoot, 'build', 'envoy-protos');
const carried = join(repoRoot, 'node_modules', '@grpc', 'grpc-js-xds', 'deps');
const here = import.meta.dirname;

/**
 * Numbers of the field `ignore_empty` in the rules of protoc-gen-validate. Envoy's protos use it; the validate.proto of
 * the carrier is older than the field.
 */
const ignoreEmpty = {
  String: 26,
  Bytes: 14,
  Repeated: 5,
  Map: 6,
  Float: 8,
  Double: 8,
  Int32: 8,
  Int64: 8,
  UInt32: 8,
  UInt64: 8,
  SInt32: 8,
  SInt64: 8,
  Fixed32: 8,
  Fixed64: 8,
  SFixed32: 8,
  SFixed64: 8,
};

/** Files of v3 that lean on protos of OpenCensus and Prometheus, which the carrier lacks. */
const incomplete = [
  'envoy/config/trace/v3/opencensus.proto',
  'envoy/config/trace/v3/trace.proto',
  'envoy/service/metrics/v3/metrics_service.proto',
  'envoy/service/trace/v3/trace_service.proto',
];

prepareProtos();
const image = buildImage('types', listRoots());
const modules = reachable(generateTypes(image).map(([path, text]) => readJsonTypes(path, text)));

rmSync(genDir, { recursive: true, force: true });
for (const module of modules) write(module.path, renderModule(module));
write('messages.d.ts', renderMessages(modules));
cpSync(buildImage('descriptors', [...listRoots(), ...listV3Files()]), join(genDir, 'descriptors.binpb'));
writeFileSync(lockFile, `${JSON.stringify({ inputs: hashInputs(), outputs: hashOutputs() }, null, 2)}\n`);

function prepareProtos() {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const api of ['envoy-api', 'googleapis', 'xds'])
    cpSync(join(carried, api), join(work, api), { recursive: true });
  cpSync(join(here, 'protos'), join(work, 'own'), { recursive: true });
  const proto = readFileSync(join(carried, 'protoc-gen-validate', 'validate', 'validate.proto'), 'utf8').replaceAll(
    '\r\n',
    '\n',
  );
  const patched = Object.entries(ignoreEmpty).reduce(
    (text, [type, number]) =>
      text.replace(new RegExp(`(^message ${type}Rules \\{\\n)`, 'm'), `$1  optional bool ignore_empty = ${number};\n`),
    proto,
  );
  mkdirSync(join(work, 'pgv', 'validate'), { recursive: true });
  writeFileSync(join(work, 'pgv', 'validate', 'validate.proto'), patched);
  const roots = ['envoy-api', 'googleapis', 'xds', 'pgv', 'own'];
  writeFileSync(join(work, 'buf.yaml'), JSON.stringify({ version: 'v2', modules: roots.map((path) => ({ path })) }));
}

/** What needs JSON types. */
function listRoots() {
  const roots = readFileSync(join(here, 'roots.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return [...roots.map((root) => `envoy-api/envoy/${root}`), 'own/envoy'];
}

/** What a user may pack into an Any: all of v3, and messages of any shape. */
function listV3Files() {
  const files = listFiles(join(work, 'envoy-api')).filter(
    (path) => path.includes('/v3/') && path.endsWith('.proto') && !incomplete.includes(path),
  );
  return [...files.map((path) => `envoy-api/${path}`), 'xds/xds/type/v3/typed_struct.proto'];
}

/** One file with the descriptors of the paths and of all they import. Without comments, which are nine tenths of it. */
function buildImage(name, paths) {
  const file = join(work, `${name}.binpb`);
  buf('build', '--exclude-source-info', '-o', file, ...paths.flatMap((path) => ['--path', path]));
  return file;
}

/** The declarations as protoc-gen-es writes them: path and text of each file. */
function generateTypes(image) {
  const out = join(work, 'types');
  const plugin = {
    local: ['node', join(repoRoot, 'node_modules', '@bufbuild', 'protoc-gen-es', 'bin', 'protoc-gen-es')],
    out,
    opt: ['target=dts', 'import_extension=js', 'json_types=true'],
    include_imports: true,
  };
  buf('generate', image, '--template', JSON.stringify({ version: 'v2', plugins: [plugin] }));
  return listFiles(out).map((path) => [path, readFileSync(join(out, path), 'utf8')]);
}

function buf(...args) {
  execFileSync(join(repoRoot, 'node_modules', '.bin', 'buf'), args, {
    cwd: work,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function write(path, text) {
  mkdirSync(join(genDir, path, '..'), { recursive: true });
  writeFileSync(join(genDir, path), text);
}
