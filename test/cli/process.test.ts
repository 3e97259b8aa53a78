import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';

import { makeServerAuthority } from '../../src/pki/make-server-certificate.js';

const main = new URL('../../dist/skein.js', import.meta.url).pathname;

interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly apiUrl?: string;
  readonly secureApiUrl?: string;
  readonly diagnosticsUrl?: string;
}

interface Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly log: readonly LogLine[];
  /** Resolves with the first line of the log that has this message. */
  readonly waitFor: (message: string) => Promise<LogLine>;
  readonly exit: Promise<number | null>;
}

/** `skein run` as a process of its own, with free ports, and in a hurry: without keys and CAs unless `env` wants them. */
function startProcess(env: Readonly<Record<string, string>> = {}): Running {
  const folder = mkdtempSync(join(tmpdir(), 'skein-process-'));
  const child = spawn(process.execPath, [main, 'run'], {
    env: {
      PATH: process.env['PATH'],
      SKEIN_GENERAL_WORK_DIR: join(folder, 'made'),
      SKEIN_API_SERVER_HTTP_PORT: '0',
      SKEIN_API_SERVER_HTTPS_PORT: '0',
      SKEIN_DIAGNOSTICS_SERVER_PORT: '0',
      SKEIN_DP_SERVER_PORT: '0',
      SKEIN_DEFAULTS_SKIP_TENANT_RESOURCES: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: LogLine[] = [];
  const waiting = new Map<string, (line: LogLine) => void>();
  createInterface(child.stdout).on('line', (text) => {
    const line = JSON.parse(text) as LogLine;
    log.push(line);
    waiting.get(line.msg)?.(line);
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
    rmSync(folder, { recursive: true });
  });
  const waitFor = (message: string): Promise<LogLine> => {
    const known = log.find(({ msg }) => msg === message);
    return known === undefined ? new Promise((resolve) => waiting.set(message, resolve)) : Promise.resolve(known);
  };
  return { child, log, waitFor, exit };
}

describe('skein run', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves, and ends in order after %s', async (signal) => {
    const { child, log, waitFor, exit } = startProcess({ SKEIN_DEFAULTS_SKIP_TENANT_RESOURCES: 'false' });
    const { apiUrl = '', diagnosticsUrl = '' } = await waitFor('serving');
    expect((await fetch(`${apiUrl}/meshes/default`)).status).toBe(200);
    expect((await fetch(`${diagnosticsUrl}/ready`)).status).toBe(200);
    child.kill(signal);
    expect(await exit).toBe(0);
    expect(log.map(({ msg }) => msg)).toEqual(['serving', 'closing', 'closed']);
  });

  it('does not wait longer than 5 s for a request that never ends', async () => {
    const { child, log, waitFor, exit } = startProcess();
    const { apiUrl = '' } = await waitFor('serving');
    const { hostname, port } = new URL(apiUrl);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    // the body that is promised never comes
    socket.write(
      `PUT /meshes/a HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n`,
    );
    await once(socket, 'data');
    const start = performance.now();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(log.at(-1)).toMatchObject({ level: 'warn', msg: 'requests that did not end in time are cut off' });
  });

  it('a second signal ends it at once', async () => {
    const { child, waitFor, exit } = startProcess();
    const { apiUrl = '' } = await waitFor('serving');
    const { hostname, port } = new URL(apiUrl);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => undefined);
    socket.write(
      `PUT /meshes/a HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n`,
    );
    await once(socket, 'data');
    child.kill('SIGTERM');
    await waitFor('closing');
    child.kill('SIGINT');
    expect(await exit).toBe(130);
  });

  it('warns of what has no effect, and serves', async () => {
    const { log, waitFor } = startProcess({ KUMA_DP_SERVER_READ_HEADER_TIMEOUT: 'x' });
    await waitFor('serving');
    expect(log[0]).toMatchObject({
      level: 'warn',
      msg: 'known to Kuma, but without effect here: KUMA_DP_SERVER_READ_HEADER_TIMEOUT',
    });
  });

  it('says in one line that the key of its secrets is wrong', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-process-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const start = (letter: string) =>
      startProcess({
        SKEIN_DEFAULTS_SKIP_TENANT_RESOURCES: 'false',
        SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
        SKEIN_STORE_SECRETS_KEYS: Buffer.alloc(32, letter).toString('base64'),
      });
    const first = start('a');
    await first.waitFor('serving');
    first.child.kill('SIGTERM');
    await first.exit;
    const second = start('b');
    expect(await second.exit).toBe(1);
    expect(second.log.map(({ level, msg }) => ({ level, msg }))).toEqual([
      {
        level: 'fatal',
        msg: expect.stringMatching(
          /^the server cannot start: the \w+ ".*" is encrypted with the key [0-9a-f]{12}, which is not in the setting/,
        ),
      },
    ]);
  });

  it('says why it cannot start', async () => {
    const first = startProcess();
    const { apiUrl = '' } = await first.waitFor('serving');
    const second = startProcess({ SKEIN_API_SERVER_HTTP_PORT: new URL(apiUrl).port });
    expect(await second.exit).toBe(1);
    expect(second.log.at(-1)).toMatchObject({
      level: 'fatal',
      msg: expect.stringMatching(
        /^the server cannot start: .*apiServer\.http\.interface and apiServer\.http\.port say: .*EADDRINUSE/,
      ),
    });
  });

  it('also when it is the port for HTTPS, although that for HTTP is bound by then', async () => {
    const first = startProcess();
    const { secureApiUrl = '' } = await first.waitFor('serving');
    const second = startProcess({ SKEIN_API_SERVER_HTTPS_PORT: new URL(secureApiUrl).port });
    expect(await second.exit).toBe(1);
    expect(second.log.at(-1)?.msg).toMatch(/apiServer\.https\.port say: .*EADDRINUSE/);
  });
});

it('reads its certificate again at SIGHUP, and keeps the old one when the new one is broken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-hangup-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const [certFile, keyFile] = [join(folder, 'a.crt'), join(folder, 'a.key')];
  const write = async (): Promise<void> => {
    const { certificate, privateKey } = await makeServerAuthority(Date.now());
    writeFileSync(certFile, certificate);
    writeFileSync(keyFile, privateKey);
  };
  await write();
  const { child, waitFor } = startProcess({
    SKEIN_GENERAL_TLS_CERT_FILE: certFile,
    SKEIN_GENERAL_TLS_KEY_FILE: keyFile,
  });
  const { secureApiUrl = '' } = await waitFor('serving');
  const readSerial = async (): Promise<string> => {
    const { port } = new URL(secureApiUrl);
    const socket = connectTls({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const before = await readSerial();
  await write();
  child.kill('SIGHUP');
  await waitFor('a new TLS certificate is used from now on');
  const after = await readSerial();
  expect(after).not.toBe(before);
  writeFileSync(certFile, 'nonsense');
  child.kill('SIGHUP');
  await waitFor(`the TLS certificate stays as it was: ${certFile} holds no certificate in PEM that can be read`);
  expect(await readSerial()).toBe(after);
});
