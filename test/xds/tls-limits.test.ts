import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';

import { expect, it, onTestFinished } from 'vitest';

import { startTestSkein, type StartedSkein } from '../start-skein.js';
import { findFreePort } from '../traffic/addresses.js';

async function start(env: Readonly<Record<string, string>>): Promise<StartedSkein> {
  const started = await startTestSkein(env);
  onTestFinished(() => started.close());
  return started;
}

/** The version of TLS that is agreed on, or `refused`. */
const shake = (folder: string, port: number, options: ConnectionOptions): Promise<string | null> =>
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
  const { server, folder } = await start(env);
  expect(await shake(folder, server.dpPort, options)).toBe(agreed);
});

it.each([
  { name: 'of all servers', env: { KUMA_GENERAL_TLS_MIN_VERSION: 'TLSv1_3' } },
  { name: 'of its port', env: { KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_MIN_VERSION: 'TLSv1_3' } },
])('Prometheus is not spoken to in TLS before the least version $name', async ({ env }) => {
  const port = await findFreePort('127.0.0.1');
  const { folder } = await start({
    KUMA_MONITORING_ASSIGNMENT_SERVER_PORT: String(port),
    KUMA_MONITORING_ASSIGNMENT_SERVER_TLS_ENABLED: 'true',
    ...env,
  });
  expect(await shake(folder, port, {})).toBe('TLSv1.3');
  expect(await shake(folder, port, { maxVersion: 'TLSv1.2' })).toBe('refused');
});

it('does not start with cipher suites that are none', async () => {
  await expect(start({ KUMA_DP_SERVER_TLS_CIPHER_SUITES: 'TLS_NONE' })).rejects.toThrow(
    /^TLS cannot be served as it is set: .*no cipher match/,
  );
});
