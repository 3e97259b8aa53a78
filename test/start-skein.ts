import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSkein, type Skein, type StartOptions } from '../src/app.js';
import { parseSettings } from '../src/settings/index.js';
import { quickKeys } from './api/quick-keys.js';

/** A whole server of this process, on free ports of 127.0.0.1, that keeps its resources in memory. */
export interface StartedSkein {
  readonly server: Skein;
  /** Its work directory. */
  readonly folder: string;
  /** Once, however often it is called. */
  close(): Promise<void>;
}

const silent = (): void => undefined;

/** Starts it with these settings beside those that make it so. */
export async function startTestSkein(
  env: Readonly<Record<string, string>> = {},
  options: Partial<StartOptions> = {},
): Promise<StartedSkein> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-test-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
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
    const log = { info: silent, error: silent };
    const server = await startSkein(parsed.value.settings, { log, keyMaker: quickKeys, ...options });
    let closed: Promise<void> | undefined;
    return { server, folder, close: () => (closed ??= server.close().finally(remove)) };
  } catch (error) {
    remove();
    throw error;
  }
}
