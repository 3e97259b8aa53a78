import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = new URL('../../dist/skein.js', import.meta.url).pathname;

/** Where a server listens, as it says. */
interface Served {
  readonly apiUrl: string;
  readonly diagnosticsUrl: string;
  readonly dpPort: number;
}

/** A control plane that runs as a process of its own, as it is built. */
export interface SkeinProcess extends Served {
  /** `POST /bootstrap`, with the checks of a proxy; the YAML. */
  bootstrap(question: object): Promise<string>;
  metrics(): Promise<string>;
  readonly pid: number | undefined;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Asks it to end; its exit code. */
  terminate(): Promise<number | null>;
}

/** Starts a control plane that keeps everything in a folder; at the ports of another one, if there was one. */
export async function startSkein(
  folder: string,
  settings: Readonly<Record<string, string>>,
  before?: Served,
): Promise<SkeinProcess> {
  const portOf = (url: string | undefined): string => (url === undefined ? '0' : new URL(url).port);
  const child = spawn(process.execPath, [program, 'run'], {
    env: {
      PATH: process.env['PATH'],
      SKEIN_GENERAL_WORK_DIR: folder,
      SKEIN_API_SERVER_HTTP_PORT: portOf(before?.apiUrl),
      SKEIN_API_SERVER_HTTPS_ENABLED: 'false',
      SKEIN_DIAGNOSTICS_SERVER_PORT: portOf(before?.diagnosticsUrl),
      SKEIN_DP_SERVER_PORT: String(before?.dpPort ?? 0),
      SKEIN_DP_SERVER_INTERFACE: '127.0.0.1',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const log: string[] = [];
  const { apiUrl, diagnosticsUrl, dpPort } = await new Promise<Served>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      log.push(line);
      const entry = JSON.parse(line) as Served & { readonly msg: string };
      if (entry.msg === 'serving') resolve(entry);
    });
    void exit.then(() => {
      reject(new Error(`the server does not run:\n${log.join('\n')}`));
    });
  });
  return {
    apiUrl,
    diagnosticsUrl,
    dpPort,
    bootstrap: (question) => askBootstrap({ port: dpPort, ca: readFileSync(join(folder, 'tls', 'ca.crt')) }, question),
    metrics: async () => (await fetch(`${diagnosticsUrl}/metrics`)).text(),
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
    terminate: async () => {
      child.kill('SIGTERM');
      const [code] = await exit;
      return code;
    },
  };
}

function askBootstrap(server: { readonly port: number; readonly ca: Buffer }, question: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', path: '/bootstrap', method: 'POST', ...server }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`bootstrap: ${response.statusCode} ${text}`));
      });
    });
    sent.on('error', reject).end(JSON.stringify(question));
  });
}
