import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';

import { afterEach, expect, it } from 'vitest';

import { startSkein, type Skein } from '../../src/app.js';
import { parseSettings } from '../../src/settings/index.js';
import { quickKeys } from '../api/quick-keys.js';

const silent = (): void => undefined;
const folder = mkdtempSync(join(tmpdir(), 'skein-tls-limits-'));

let server: Skein | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(env: Readonly<Record<string, string>>): Promise<Skein> {
  const parsed = parseSettings({
    env: {
      KUMA_STORE_TYPE: 'memory',
      KUMA_GENERAL_WORK_DIR: folder,
      KUMA_API_SERVER_HTTP_PORT: '0',
      KUMA_API_SERVER_HTTPS_ENABLED: 'false',
      KUMA_DIAGNOSTICS_SERVER_PORT: '0',
      KUMA_DP_SERVER_PORT: '0',
      SKEIN_DP_SERVER_INTERFACE: '127.0.0.1',
      ...env,
    },
  });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  server = await startSkein(parsed.value.settings, { log: { info: silent, error: silent }, keyMaker: quickKeys });
  return server;
}

/** The version of TLS that is agreed on, or `refused`. */
const shake = (port: number, options: ConnectionOptions): Promise<string | null> =>
  new Promise((resolve) => {
    const ca = readFileSync(join(folder, 'tls', 'ca.crt'));
    const socket = connect({ host: 'localhost', port, ca, ...options }, () => {
      // of TLS 1.3 a client only hears of a refusal afterwards
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.on('error', () => {
      resolve('refused');
    });
  });

it.each<{
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly options: ConnectionOptions;
  readonly agreed: string;
}>([
  { name: 'not before 1.2', env: {}, options: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }, agreed: 'refused' },
  { name: '1.2', env: {}, options: { maxVersion: 'TLSv1.2' }, agreed: 'TLSv1.2' },
  { name: '1.3', env: {}, options: {}, agreed: 'TLSv1.3' },
  {
    name: 'from 1.3 on, when that is the least of this port',
    env: { KUMA_DP_SERVER_TLS_MIN_VERSION: 'TLSv1_3' },
    options: { maxVersion: 'TLSv1.2' },
    agreed: 'refused',
  },
  {
    name: 'up to 1.2, when that is the greatest of all servers',
    env: { KUMA_GENERAL_TLS_MAX_VERSION: 'TLSv1_2' },
    options: {},
    agreed: 'TLSv1.2',
  },
  {
    name: 'only with the cipher suites that are set',
    env: { KUMA_DP_SERVER_TLS_CIPHER_SUITES: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' },
    options: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
    agreed: 'refused',
  },
])('proxies are spoken to in TLS $name', async ({ env, options, agreed }) => {
  const { dpPort } = await start(env);
  expect(await shake(dpPort, options)).toBe(agreed);
});

it('does not start with cipher suites that are none', async () => {
  await expect(start({ KUMA_DP_SERVER_TLS_CIPHER_SUITES: 'TLS_NONE' })).rejects.toThrow(
    /^TLS cannot be served as it is set: .*no cipher match/,
  );
});
