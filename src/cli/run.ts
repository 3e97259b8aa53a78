import { mkdirSync } from 'node:fs';

import { startSkein, type Skein } from '../app.js';
import type { Settings } from '../settings/index.js';
import { version } from '../version.js';
import { describeError } from './describe-error.js';
import { loadSettings } from './load-settings.js';
import { createLog } from './log.js';
import type { Terminal } from './terminal.js';

/** Time requests under way have to end after a signal, in milliseconds; supervisors commonly kill after 10 s. */
export const closingTime = 4_000;

/** `skein run`: serves until SIGINT or SIGTERM. Returns the exit code. */
export async function runServer({ configFile }: { readonly configFile?: string }, terminal: Terminal): Promise<number> {
  const loaded = loadSettings(configFile, terminal);
  if (!loaded.ok) {
    terminal.complain(loaded.error.join('\n'));
    return 1;
  }
  const { settings, warnings } = loaded.value;
  const log = createLog(settings.log, terminal.isInteractive, 1);
  for (const warning of warnings) log.warn(warning);
  // from here on, so that a signal during the start ends it in order
  const signal = terminal.waitForSignal();
  let server: Skein;
  try {
    makeWorkDir(settings);
    server = await startSkein(settings, { log });
  } catch (error) {
    log.fatal({ err: error }, `the server cannot start: ${describeError(error)}`);
    return 1;
  }
  terminal.onHangup(() => {
    log.info('reading certificates again');
    void server.reload();
  });
  const { apiUrl, secureApiUrl, diagnosticsUrl, dpPort } = server;
  log.info({ version, apiUrl, secureApiUrl, diagnosticsUrl, dpPort, store: describeStore(settings) }, 'serving');
  log.info({ signal: await signal }, 'closing');
  if (await closeWithin(server, closingTime)) {
    log.info('closed');
    return 0;
  }
  log.warn({ milliseconds: closingTime }, 'requests that did not end in time are cut off');
  // every answered write is on disk, so that nothing is lost
  terminal.exit(0);
  return 0;
}

/** Makes the folder that the store's file is in by default; other folders are the operator's. */
export function makeWorkDir({ general, store }: Settings): void {
  if (store.type === 'sqlite') mkdirSync(general.workDir, { recursive: true, mode: 0o700 });
}

const describeStore = ({ store }: Settings): string => (store.type === 'sqlite' ? store.sqlite.path : store.type);

/** True when the server has closed within this many milliseconds. */
export async function closeWithin(server: Pick<Skein, 'close'>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([server.close().then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
