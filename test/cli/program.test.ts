import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';

import { runCli } from '../../src/cli/program.js';
import { version } from '../../src/version.js';
import { startServer } from '../api/fixture.js';
import { openTestTerminal } from './terminal.js';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-cli-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const examples = new URL('../../examples/', import.meta.url).pathname;

describe('arguments', () => {
  it.each([
    { name: 'no command shows the commands', args: [], code: 1, complained: /Usage: skein \[options\] \[command\]/ },
    {
      name: 'an unknown command',
      args: ['aply'],
      code: 1,
      complained: /unknown command 'aply'\n\(Did you mean apply\?\)/,
    },
    { name: 'an unknown option', args: ['run', '--port', '1'], code: 1, complained: /unknown option '--port'/ },
    {
      name: 'apply without file',
      args: ['apply'],
      code: 1,
      complained: /required option '-f, --file <path...>' not specified/,
    },
    {
      name: 'a server without protocol',
      args: ['apply', '-f', '-', '--server', 'localhost:1'],
      code: 1,
      complained: /It must start with http:\/\/ or https:\/\/\./,
    },
    {
      name: 'a server that is no URL',
      args: ['apply', '-f', '-', '--server', 'http://'],
      code: 1,
      complained: /It must start with/,
    },
    {
      name: 'an unknown output',
      args: ['inspect', 'dataplane', 'a', '-o', 'xml'],
      code: 1,
      complained: /Allowed choices are text, json\./,
    },
    {
      name: 'inspect without a name',
      args: ['inspect', 'dataplane'],
      code: 1,
      complained: /missing required argument 'name'/,
    },
  ])('$name', async ({ args, code, complained }) => {
    const terminal = openTestTerminal();
    expect(await runCli(args, terminal)).toBe(code);
    expect(terminal.complained()).toMatch(complained);
    expect(terminal.printed()).toBe('');
  });

  it('help is no failure', async () => {
    const terminal = openTestTerminal();
    expect(await runCli(['--help'], terminal)).toBe(0);
    for (const command of ['run', 'apply', 'inspect', 'demo', 'migrate', 'secrets', 'settings', 'openapi', 'version']) {
      expect(terminal.printed()).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
  });

  it('version', async () => {
    const terminal = openTestTerminal();
    expect(await runCli(['version'], terminal)).toBe(0);
    expect(terminal.printed()).toBe(`skein ${version} (API of Kuma 2.5.11, Node.js ${process.versions.node})`);
  });
});

describe('settings', () => {
  it('reads the file and the environment', async () => {
    const file = join(makeFolder(), 'skein.yaml');
    writeFileSync(file, 'eventBus: { bufferSize: 1 }\nlog: { level: debug }\n');
    const terminal = openTestTerminal({ env: { KUMA_API_SERVER_HTTP_PORT: '7' } });
    expect(await runCli(['settings', '--config-file', file], terminal)).toBe(0);
    expect(terminal.printed()).toContain('port: 7 # KUMA_API_SERVER_HTTP_PORT');
    expect(terminal.printed()).toContain(`level: debug # ${file}:2`);
    expect(terminal.complained()).toBe('known to Kuma, but without effect here: eventBus.bufferSize');
  });

  it.each([
    {
      name: 'a bad value',
      args: ['settings'],
      env: { SKEIN_LOG_LEVEL: 'loud' },
      complained: /^SKEIN_LOG_LEVEL: log\.level: must be one of/,
    },
    {
      name: 'a file that is not there',
      args: ['settings', '-c', '/nowhere.yaml'],
      env: {},
      complained: /^the configuration file cannot be read: ENOENT/,
    },
    {
      name: 'run with a bad value',
      args: ['run'],
      env: { KUMA_MODE: 'zone' },
      complained: /^KUMA_MODE: mode: is "zone"/,
    },
    {
      name: 'migrate with a bad value',
      args: ['migrate', 'up'],
      env: { KUMA_MODE: 'zone' },
      complained: /^KUMA_MODE: mode: is "zone"/,
    },
  ])('refuses $name', async ({ args, env, complained }) => {
    const terminal = openTestTerminal({ env });
    expect(await runCli(args, terminal)).toBe(1);
    expect(terminal.complained()).toMatch(complained);
    expect(terminal.printed()).toBe('');
  });

  it('--docs prints the reference', async () => {
    const terminal = openTestTerminal();
    expect(await runCli(['settings', '--docs'], terminal)).toBe(0);
    expect(`${terminal.printed()}\n`).toBe(readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8'));
  });
});

describe('migrate', () => {
  it('tells what there is, and makes the store', async () => {
    const workDir = join(makeFolder(), 'new');
    const terminal = openTestTerminal({ env: { SKEIN_GENERAL_WORK_DIR: workDir } });
    expect(await runCli(['migrate', 'status'], terminal)).toBe(1);
    expect(terminal.complained()).toMatch(/the folder .*new does not exist/);
    expect(existsSync(workDir)).toBe(false);
    const run = async (action: string) => {
      const each = openTestTerminal({ env: { SKEIN_GENERAL_WORK_DIR: workDir } });
      expect(await runCli(['migrate', action], each)).toBe(0);
      return each.printed().replace(/^.*skein\.db/, 'skein.db');
    };
    expect(await run('up')).toMatch(/^skein\.db: schema version 0 to \d+\n {2}applied 0001_/);
    expect(await run('up')).toMatch(/^skein\.db: schema version \d+, nothing to do$/);
    expect(await run('status')).toMatch(/^skein\.db: schema version (\d+), this build has \1$/);
  });

  it('has nothing to do in memory', async () => {
    const terminal = openTestTerminal({ env: { SKEIN_STORE_TYPE: 'memory' } });
    expect(await runCli(['migrate', 'up'], terminal)).toBe(0);
    expect(terminal.printed()).toBe('store.type is memory: there is no schema to migrate');
  });
});

describe('secrets rotate', () => {
  const rotate = async (env: Readonly<Record<string, string>>, code = 0): Promise<string> => {
    const terminal = openTestTerminal({ env });
    expect(await runCli(['secrets', 'rotate'], terminal)).toBe(code);
    return code === 0 ? terminal.printed() : terminal.complained();
  };
  const makeEnv = (folder: string) => ({
    SKEIN_GENERAL_WORK_DIR: folder,
    SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
    SKEIN_STORE_SECRETS_KEY_FILE: join(folder, 'secrets.key'),
  });
  const readTokenOnce = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const server = await startServer(env, false);
    const { body } = await server.get('/global-secrets/admin-user-token');
    await server.close();
    return body;
  };

  it('puts a new key in the place of the old one', async () => {
    const folder = makeFolder();
    const env = makeEnv(folder);
    const token = await readTokenOnce(env);
    const old = readFileSync(env.SKEIN_STORE_SECRETS_KEY_FILE, 'utf8');
    expect(await rotate(env)).toMatch(
      /^7 secrets are encrypted anew under a new key, [0-9a-f]{12}; the old one is gone from .*secrets\.key$/,
    );
    const fresh = readFileSync(env.SKEIN_STORE_SECRETS_KEY_FILE, 'utf8');
    expect([fresh.split('\n').length, fresh === old]).toEqual([old.split('\n').length, false]);
    // the content, the times and what belongs to a mesh are as before
    expect(await readTokenOnce(env)).toBe(token);
  });

  it('moves to the first key of the settings', async () => {
    const folder = makeFolder();
    const env = makeEnv(folder);
    const [old, young] = ['old', 'young'].map((text) => Buffer.alloc(32, text).toString('base64'));
    const token = await readTokenOnce({ ...env, SKEIN_STORE_SECRETS_KEYS: old ?? '' });
    const both = { ...env, SKEIN_STORE_SECRETS_KEYS: `${young},${old}` };
    expect(await rotate(both)).toMatch(/^7 secrets are encrypted anew under the first key of store\.secrets\.keys, /);
    expect(await rotate(both)).toMatch(/^0 secrets are/);
    expect(await readTokenOnce({ ...env, SKEIN_STORE_SECRETS_KEYS: young ?? '' })).toBe(token);
    expect(existsSync(env.SKEIN_STORE_SECRETS_KEY_FILE)).toBe(false);
  });

  it('leaves the keys alone when the store is in use', async () => {
    const folder = makeFolder();
    const env = makeEnv(folder);
    await startServer(env);
    const old = readFileSync(env.SKEIN_STORE_SECRETS_KEY_FILE, 'utf8');
    expect(await rotate(env, 1)).toMatch(/skein\.db is in use by another process/);
    expect(readFileSync(env.SKEIN_STORE_SECRETS_KEY_FILE, 'utf8')).toBe(old);
  });

  it('has nothing to do in memory and without a store', async () => {
    const folder = makeFolder();
    expect(await rotate({ ...makeEnv(folder), SKEIN_STORE_TYPE: 'memory' })).toBe(
      'store.type is memory: its secrets are not encrypted',
    );
    expect(await rotate(makeEnv(folder))).toMatch(/skein\.db: does not exist, nothing to do$/);
    expect(existsSync(join(folder, 'skein.db'))).toBe(false);
  });

  it.each([
    { name: 'a bad setting', env: { KUMA_MODE: 'zone' }, complained: /^KUMA_MODE: mode: is "zone"/ },
    { name: 'a bad key', env: { SKEIN_STORE_SECRETS_KEYS: 'canary' }, complained: /key 1 is not 32 bytes in base64/ },
  ])('refuses $name', async ({ env, complained }) => {
    const folder = makeFolder();
    await readTokenOnce(makeEnv(folder));
    expect(await rotate({ ...makeEnv(folder), ...env }, 1)).toMatch(complained);
  });
});

describe('with a server', () => {
  async function listen(): Promise<string> {
    const { app } = await startServer({ SKEIN_STORE_TYPE: 'memory' });
    return app.listen({ host: '127.0.0.1', port: 0 });
  }

  it.each([
    {
      name: 'the Universal examples',
      folders: ['meshtcproute', 'meshtcproute-redirect'],
      cluster: /100 % {2}external-backend\n\s+192\.168\.0\.5:8080\n\nWarnings\n/,
    },
    {
      name: 'the Kubernetes examples',
      folders: ['meshtcproute-kubernetes'],
      cluster: /100 % {2}external-backend_kuma-demo_svc_8080\n\s+192\.168\.0\.4:8080\n\nWarnings\n/,
    },
  ])('applies $name and shows what becomes of them', async ({ folders, cluster }) => {
    const server = await listen();
    const terminal = openTestTerminal();
    const files = folders.flatMap((folder) => ['-f', join(examples, folder)]);
    expect(await runCli(['apply', ...files, '--server', server], terminal)).toBe(0);
    expect(terminal.printed().split('\n').slice(-2)).toEqual([
      'MeshTCPRoute default/tcp-route-1 created',
      'MeshTCPRoute default/tcp-route-1 configured',
    ]);
    const shown = openTestTerminal();
    expect(await runCli(['inspect', 'dataplane', 'frontend-1', '--server', server], shown)).toBe(0);
    expect(shown.printed()).toContain('Matched policies\n  MeshTCPRoute tcp-route-1\n');
    expect(shown.printed()).toMatch(cluster);
  });

  it('splits as the example says', async () => {
    const server = await listen();
    await runCli(['apply', '-f', join(examples, 'meshtcproute'), '--server', server], openTestTerminal());
    const shown = openTestTerminal();
    await runCli(['inspect', 'dataplane', 'frontend-1', '--server', server], shown);
    await expect(`${shown.printed()}\n`).toMatchFileSnapshot('testdata/frontend-1.txt');
  });

  it('inspect gives JSON too', async () => {
    const server = await listen();
    await runCli(['apply', '-f', join(examples, 'meshtcproute'), '--server', server], openTestTerminal());
    const shown = openTestTerminal();
    expect(await runCli(['inspect', 'dataplane', 'frontend-1', '-o', 'json', '--server', server], shown)).toBe(0);
    expect(JSON.parse(shown.printed())).toMatchObject({ mesh: 'default', name: 'frontend-1', rules: { total: 1 } });
  });

  it('inspect of a Dataplane that is not there fails', async () => {
    const shown = openTestTerminal();
    expect(await runCli(['inspect', 'dataplane', 'x', '--server', await listen()], shown)).toBe(1);
    expect(shown.complained()).toMatch(/^GET \/meshes\/default\/dataplanes\/x\/policies: .+ \(Not found\)$/);
  });

  it('the violations of a document are printed', async () => {
    const terminal = openTestTerminal({
      input: 'type: MeshTCPRoute\nname: r\nspec: { targetRef: { kind: MeshSubset, name: a } }',
    });
    expect(await runCli(['apply', '-f', '-', '--server', await listen()], terminal)).toBe(1);
    expect(terminal.complained().split('\n').slice(1)).toEqual([
      '  spec.targetRef.name: must not be set with kind MeshSubset',
    ]);
  });
});

it('openapi prints the document, whatever the environment says', async () => {
  const terminal = openTestTerminal({ env: { SKEIN_FOO: 'refused elsewhere' } });
  expect(await runCli(['openapi'], terminal)).toBe(0);
  const document = parse(terminal.printed()) as { readonly paths: object };
  expect(Object.keys(document.paths)).toContain('/meshes/{mesh}/meshtcproutes/{name}');
});

it('demo --once shows the split, then the redirection, then commands', async () => {
  const terminal = openTestTerminal();
  expect(await runCli(['demo', '--once'], terminal)).toBe(0);
  const [, split = '', redirect = '', commands = ''] = terminal.printed().split(/^== .* ==$/m);
  expect(split).toMatch(
    / 90 % {2}backend_kuma-demo_svc_3001-dc9a84cea6402967 .*\n.*192\.168\.0\.2:3001.*\n.*192\.168\.0\.3:3001/,
  );
  expect(split).toMatch(/weightedClusters:\n +clusters:\n +- name: \S+\n +weight: 90\n +- name: \S+\n +weight: 10\n/);
  expect(redirect).toMatch(
    /listeners after\n127\.0\.0\.1:10001 .*\n *100 % {2}external-backend\n *192\.168\.0\.5:8080/,
  );
  expect(commands).toContain("curl -X PUT 'http://localhost:5681/meshes/default/meshtcproutes/tcp-route-1'");
});
