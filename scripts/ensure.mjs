// Makes a clone ready to run: installs the dependencies and builds, each only when that is missing or stale. Silent and
// quick when there is nothing to do. Uses nothing that would have to be installed first.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, buildStamp } from './build.mjs';
import { repoRoot, run, secondsSince } from './steps.mjs';

const minimum = [20, 19];
const installStamp = join(repoRoot, 'node_modules', '.skein-installed');

checkNode();
// native modules are built for one ABI of Node, so another Node needs another install
const abi = process.versions.modules;
const wanted = `${createHash('sha256')
  .update(readFileSync(join(repoRoot, 'package-lock.json')))
  .digest('hex')} ${abi}`;
const installed = existsSync(installStamp) ? readFileSync(installStamp, 'utf8') : undefined;
if (installed !== wanted) {
  const isOtherNode = installed !== undefined && !installed.endsWith(` ${abi}`);
  if (isOtherNode || !hasLockedPackages()) await step('installing dependencies (a minute or so, once)', install);
  writeFileSync(installStamp, wanted);
}
if (isBuildStale()) await step('building', build);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > minimum[0] || (major === minimum[0] && minor >= minimum[1])) return;
  process.stderr.write(`skein: needs Node.js ${minimum.join('.')} or newer, this is ${process.versions.node}\n`);
  process.exit(1);
}

/** Whether somebody has run npm by hand, so that what lies there is already what is locked. */
function hasLockedPackages() {
  const hidden = join(repoRoot, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const root = '';
  const locked = JSON.parse(readFileSync(join(repoRoot, 'package-lock.json'), 'utf8')).packages;
  return (
    Object.keys(present).every((path) => Object.hasOwn(locked, path)) &&
    Object.entries(locked).every(([path, { version, optional }]) =>
      Object.hasOwn(present, path) ? present[path].version === version : path === root || optional === true,
    )
  );
}

async function install() {
  const { code, output } = await run('npm', ['ci', '--no-audit', '--no-fund']);
  return code === 0 ? undefined : output;
}

/** Whether a file or folder that the build reads is newer than the build; a folder changes when a file in it goes. */
function isBuildStale() {
  if (!existsSync(buildStamp)) return true;
  const built = statSync(buildStamp).mtimeMs;
  const isNewer = (path) => statSync(join(repoRoot, path)).mtimeMs > built;
  if (
    ['tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json', 'src', 'scripts/build.mjs'].some(
      isNewer,
    )
  )
    return true;
  return readdirSync(join(repoRoot, 'src'), { recursive: true }).some((path) => isNewer(join('src', path)));
}

/** Says what is done and how long it took; ends the process with what went wrong. */
async function step(name, work) {
  const start = performance.now();
  process.stderr.write(`skein: ${name} … `);
  const complaint = await work();
  process.stderr.write(
    complaint === undefined ? `${secondsSince(start)}\n` : `failed after ${secondsSince(start)}\n\n${complaint}`,
  );
  if (complaint !== undefined) process.exit(1);
}
