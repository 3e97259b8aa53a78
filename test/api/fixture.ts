import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';

import type { KeyMaker } from '../../src/model/provision.js';
import { composeSkein, type Composed } from '../../src/app.js';
import { renderSpec } from '../../src/store/spec-text.js';
import { noFacets, type ResourceKey } from '../../src/model/resource.js';
import { parseSettings } from '../../src/settings/index.js';
import { quickKeys } from './quick-keys.js';

/** A line of the server's log. */
export interface LogLine {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface TestServer extends Composed {
  readonly app: FastifyInstance;
  readonly log: readonly LogLine[];
  readonly put: (path: string, body: unknown, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  readonly remove: (path: string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
}

/** The real server over a SQLite file of its own, driven without a port; ends with the test (or by `close`). */
export async function startServer(
  env: Readonly<Record<string, string>> = {},
  endsWithTest = true,
  keyMaker: KeyMaker = quickKeys,
): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), 'skein-test-'));
  const settings = parseSettings({
    env: {
      KUMA_GENERAL_WORK_DIR: dir,
      SKEIN_STORE_SQLITE_PATH: join(dir, 'skein.db'),
      KUMA_API_SERVER_HTTPS_ENABLED: 'false',
      ...env,
    },
  });
  if (!settings.ok) throw new Error(settings.error.join('\n'));
  const log: LogLine[] = [];
  const write = (fields: object, message: string): void =>
    void log.push({ fields: fields as LogLine['fields'], message });
  const removeFolder = (): void => {
    rmSync(dir, { recursive: true, force: true });
  };
  const composed = await composeSkein(settings.value.settings, {
    log: { info: write, error: write },
    keyMaker,
  }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  await composed.app.ready();
  const close = async (): Promise<void> => {
    await composed.app.close();
    await composed.close();
    removeFolder();
  };
  if (endsWithTest) onTestFinished(close);
  const { app } = composed;
  return {
    ...composed,
    log,
    close,
    put: (url, body, headers = {}) =>
      app.inject({
        method: 'PUT',
        url,
        headers: { 'content-type': 'application/json', ...headers },
        payload: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (url, headers = {}) => app.inject({ method: 'GET', url, headers }),
    remove: (url, headers = {}) => app.inject({ method: 'DELETE', url, headers }),
  };
}

/** A Dataplane with one inbound of a service. */
export const dataplane = (
  name: string,
  service: string,
  more: Readonly<Record<string, unknown>> = {},
  tags: Readonly<Record<string, string>> = {},
) => ({
  type: 'Dataplane',
  mesh: 'default',
  name,
  networking: {
    address: '192.168.0.1',
    inbound: [{ port: 80, servicePort: 8080, tags: { 'kuma.io/service': service, ...tags } }],
    ...more,
  },
});

/** A MeshTCPRoute with this spec. */
export const route = (name: string, spec: unknown) => ({ type: 'MeshTCPRoute', mesh: 'default', name, spec });

/** Names of the resources of a list, in its order. */
export async function namesOf(server: TestServer, url: string): Promise<readonly string[]> {
  const { items } = (await server.get(url)).json<{ items: readonly { name: string }[] }>();
  return items.map(({ name }) => name);
}

/** The text that a secret holds. */
export async function readSecret(server: TestServer, url: string): Promise<string> {
  const { data = '' } = (await server.get(url)).json<{ data?: string }>();
  return Buffer.from(data, 'base64').toString();
}

/** Puts a resource into the store as the server itself does it, past the API; another spec replaces the first. */
export async function storeResource(
  { store }: TestServer,
  key: ResourceKey,
  spec: unknown,
  ownedByMesh = key.mesh !== '',
): Promise<void> {
  const result = await store.transact({
    preconditions: [],
    operations: [
      {
        op: 'put',
        key,
        spec: renderSpec(spec),
        facets: noFacets,
        ownedByMesh,
        time: '2026-11-24T20:05:17Z',
        expected: { state: 'any' },
      },
    ],
  });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
}
