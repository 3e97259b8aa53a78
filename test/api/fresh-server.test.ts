import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';

import { namesOf, readSecret as read, startServer } from './fixture.js';
import { countKeys } from './quick-keys.js';

describe('a fresh server', () => {
  it('has the mesh default with what belongs to it', async () => {
    const server = await startServer();
    expect(await namesOf(server, '/meshes/default/secrets')).toEqual(['dataplane-token-signing-key-default-1']);
    expect(await namesOf(server, '/traffic-permissions')).toEqual(['allow-all-default']);
    expect(await namesOf(server, '/retries')).toEqual(['retry-all-default']);
  });

  it('has the keys and CAs of a control plane, and a token for a first administrator', async () => {
    const server = await startServer();
    expect(await namesOf(server, '/global-secrets')).toEqual([
      'admin-user-token',
      'envoy-admin-ca',
      'inter-cp-ca',
      'user-token-signing-key-1',
      'zone-ingress-token-signing-key-1',
      'zone-token-signing-key-1',
    ]);
    expect(await read(server, '/global-secrets/envoy-admin-ca')).toMatch(
      /^-----BEGIN CERTIFICATE-----[^]+-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----[^]+-----END RSA PRIVATE KEY-----\n$/,
    );
    const key = createPublicKey(await read(server, '/global-secrets/user-token-signing-key-1'));
    const { payload, protectedHeader } = await jwtVerify(await read(server, '/global-secrets/admin-user-token'), key);
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: '1', typ: 'JWT' });
    const issued = payload.iat ?? 0;
    expect(payload).toEqual({
      Name: 'mesh-system:admin',
      Groups: ['mesh-system:admin'],
      iat: issued,
      nbf: issued - 300,
      exp: issued + 10 * 365 * 24 * 3600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('may do without all of it', async () => {
    const keyMaker = countKeys();
    const server = await startServer({ KUMA_DEFAULTS_SKIP_TENANT_RESOURCES: 'true' }, true, keyMaker);
    expect(await namesOf(server, '/global-secrets')).toEqual([]);
    expect(await namesOf(server, '/meshes')).toEqual([]);
    expect(keyMaker.made).toEqual([]);
  });

  it('may do without the token', async () => {
    const server = await startServer({ KUMA_API_SERVER_AUTHN_TOKENS_BOOTSTRAP_ADMIN_TOKEN: 'false' });
    expect(await namesOf(server, '/global-secrets?name=token')).toEqual([
      'user-token-signing-key-1',
      'zone-ingress-token-signing-key-1',
      'zone-token-signing-key-1',
    ]);
  });
});

it('a restart keeps what is there, makes what is missing, and knows that keys are replaced by newer ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-restart-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const env = {
    SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
    SKEIN_STORE_SECRETS_KEY_FILE: join(folder, 'secrets.key'),
  };
  const first = await startServer(env, false);
  const token = await read(first, '/global-secrets/admin-user-token');
  const key = await read(first, '/global-secrets/user-token-signing-key-1');
  const newer = ['user-token-signing-key-10', 'user-token-signing-key-7'];
  for (const name of newer) {
    const data = Buffer.from(name.endsWith('10') ? key : 'older').toString('base64');
    await first.put(`/global-secrets/${name}`, { type: 'GlobalSecret', name, data });
  }
  await first.remove('/global-secrets/user-token-signing-key-1');
  await first.remove('/global-secrets/inter-cp-ca');
  await first.remove('/meshes/default');
  await first.close();

  const second = await startServer(env, false);
  expect(await read(second, '/global-secrets/admin-user-token')).toBe(token);
  expect(await namesOf(second, '/global-secrets')).toContain('inter-cp-ca');
  expect(await namesOf(second, '/global-secrets?name=user-token-signing')).toEqual(newer);
  expect((await second.get('/meshes/default')).statusCode).toBe(200);
  await second.remove('/global-secrets/admin-user-token');
  await second.close();

  const keyMaker = countKeys();
  const third = await startServer(env, true, keyMaker);
  expect(keyMaker.made).toEqual([]);
  const { protectedHeader } = await jwtVerify(
    await read(third, '/global-secrets/admin-user-token'),
    createPublicKey(key),
  );
  expect(protectedHeader.kid).toBe('10');
});
