import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startSkein } from '../app.js';
import { kinds } from '../registry.js';
import { parseSettings } from '../settings/index.js';
import { readPuts, sendAll } from './apply/apply.js';
import type { Put } from './apply/to-put.js';
import { defaultServer } from './http.js';
import { fetchInspection } from './inspect/inspect-dataplane.js';
import { renderInspection, renderListeners, renderOutbounds, type Inspection } from './inspect/render-inspection.js';
import { createLog } from './log.js';
import { closeWithin, closingTime } from './run.js';
import type { Terminal } from './terminal.js';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
/** Without the policies of older kinds that a mesh begins with, so that only what the examples say is seen. */
const bareMesh: Put = {
  label: 'Mesh default',
  type: 'Mesh',
  path: '/meshes/default',
  body: { type: 'Mesh', name: 'default', skipCreatingInitialPolicies: ['*'] },
};
const dataplane = { mesh: 'default', name: 'frontend-1' } as const;

/** `skein demo`: the examples of MeshTCPRoute on a server of its own. Returns the exit code. */
export async function runDemo({ once = false }: { readonly once?: boolean }, terminal: Terminal): Promise<number> {
  const signal = once ? undefined : terminal.waitForSignal();
  const folder = mkdtempSync(join(tmpdir(), 'skein-demo-'));
  try {
    const parsed = parseSettings({
      env: {
        SKEIN_GENERAL_WORK_DIR: folder,
        SKEIN_API_SERVER_HTTP_PORT: '0',
        SKEIN_API_SERVER_HTTPS_ENABLED: 'false',
        SKEIN_DIAGNOSTICS_SERVER_PORT: '0',
        SKEIN_DP_SERVER_PORT: '0',
        SKEIN_LOG_LEVEL: 'warn',
        SKEIN_DEFAULTS_SKIP_MESH_CREATION: 'true',
      },
    });
    if (!parsed.ok) throw new Error(`the settings of the demo are refused: ${parsed.error.join('; ')}`);
    const { settings } = parsed.value;
    const server = await startSkein(settings, { log: createLog(settings.log, false, 2) });
    try {
      await showExamples(server.apiUrl, once ? defaultServer : server.apiUrl, terminal);
      if (signal === undefined) return 0;
      terminal.print(`\nServing on ${server.apiUrl} until Ctrl-C.`);
      await signal;
      return 0;
    } finally {
      await closeWithin(server, closingTime);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `shownServer` stands in the commands that are printed: with `--once` this server is gone when they are read. */
async function showExamples(server: string, shownServer: string, terminal: Terminal): Promise<void> {
  const split = await readExample('meshtcproute');
  const redirect = await readExample('meshtcproute-redirect');

  printTitle(terminal, 'Traffic split: examples/meshtcproute');
  await applyExample([bareMesh, ...split], server, terminal);
  const before = await inspect(server);
  terminal.print(`\n${renderInspection(before)}`);
  terminal.print(`\nThe same listener in Envoy's words\n${renderListeners(before.config)}`);

  printTitle(terminal, 'Traffic redirection: examples/meshtcproute-redirect');
  await applyExample(redirect, server, terminal);
  const after = await inspect(server);
  terminal.print(`\nOutbound listeners before\n${renderOutbounds(before.config)}`);
  terminal.print(`\nOutbound listeners after\n${renderOutbounds(after.config)}`);

  printTitle(terminal, 'The same with curl');
  terminal.print(`node dist/skein.js apply -f examples/meshtcproute --server ${shownServer}\n`);
  for (const put of [...split, ...redirect].filter(({ type }) => type === 'MeshTCPRoute'))
    terminal.print(`${renderCurl(put, shownServer)}\n`);
  for (const part of ['policies', 'rules', '_config']) {
    terminal.print(`curl '${shownServer}/meshes/${dataplane.mesh}/dataplanes/${dataplane.name}/${part}'`);
  }
}

function printTitle(terminal: Terminal, title: string): void {
  terminal.print(`\n== ${title} ==\n`);
}

async function readExample(name: string): Promise<readonly Put[]> {
  const puts = await readPuts([join(examples, name)], kinds, () => Promise.resolve(''));
  if (!puts.ok) throw new Error(`the example ${name} cannot be read: ${puts.error.join('; ')}`);
  return puts.value;
}

async function applyExample(puts: readonly Put[], server: string, terminal: Terminal): Promise<void> {
  if (!(await sendAll(puts, server, terminal))) throw new Error('the server refuses an example');
}

async function inspect(server: string): Promise<Inspection> {
  const inspection = await fetchInspection(server, dataplane.mesh, dataplane.name, kinds);
  if (!inspection.ok) throw new Error(inspection.error.join('; '));
  return inspection.value;
}

/** A command for a shell that sends the same request. */
export const renderCurl = ({ path, body }: Pick<Put, 'path' | 'body'>, server: string): string =>
  `curl -X PUT '${server}${path}' -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body).replaceAll("'", `'\\''`)}'`;
