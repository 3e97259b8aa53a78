// Starts the servers that are measured, each a process of its own on loopback with free ports and a folder of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const running = new Set();

/** The built server on a SQLite file in the folder; durable writes. */
export async function startSkein(folder) {
  mkdirSync(folder, { recursive: true });
  const [api, diagnostics, dataplane] = await freePorts(3);
  return start(
    'skein',
    process.execPath,
    [join(root, 'dist/skein.js'), 'run'],
    { api, diagnostics, dataplane },
    {
      KUMA_GENERAL_WORK_DIR: folder,
      SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
      KUMA_API_SERVER_HTTP_PORT: String(api),
      KUMA_API_SERVER_HTTPS_ENABLED: 'false',
      KUMA_DIAGNOSTICS_SERVER_PORT: String(diagnostics),
      KUMA_DP_SERVER_PORT: String(dataplane),
      SKEIN_DP_SERVER_INTERFACE: '127.0.0.1',
      KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE: 'none',
    },
  );
}

/** A kuma-cp with its store in memory: nothing is kept, which is its fastest. */
export async function startKuma(binary, folder) {
  mkdirSync(folder, { recursive: true });
  const [api, https, diagnostics, dataplane, peers, monitoring] = await freePorts(6);
  return start(
    'kuma-cp',
    binary,
    ['run', '--log-level', 'off'],
    { api, diagnostics, dataplane },
    {
      KUMA_MODE: 'standalone',
      KUMA_ENVIRONMENT: 'universal',
      KUMA_STORE_TYPE: 'memory',
      KUMA_GENERAL_WORK_DIR: folder,
      KUMA_API_SERVER_HTTP_INTERFACE: '127.0.0.1',
      KUMA_API_SERVER_HTTPS_INTERFACE: '127.0.0.1',
      KUMA_API_SERVER_HTTP_PORT: String(api),
      KUMA_API_SERVER_HTTPS_PORT: String(https),
      KUMA_DIAGNOSTICS_SERVER_PORT: String(diagnostics),
      KUMA_DP_SERVER_PORT: String(dataplane),
      KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE: 'none',
      KUMA_INTER_CP_SERVER_PORT: String(peers),
      KUMA_MONITORING_ASSIGNMENT_SERVER_PORT: String(monitoring),
      KUMA_REPORTS_ENABLED: 'false',
    },
  );
}

/** Ends what an interrupted measurement left running. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

// whoever ends a measurement wants it to be over
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    stopAll();
    process.exit(1);
  });

/** Resolves when the server answers. */
async function start(name, command, args, ports, env) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${ports.api}`;
  const deadline = performance.now() + 60_000;
  while (!(await isUp(url))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it answered`);
    if (performance.now() > deadline) throw new Error(`${name} does not answer at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    name,
    url,
    diagnosticsUrl: `http://127.0.0.1:${ports.diagnostics}`,
    dataplanePort: ports.dataplane,
    pid: child.pid,
    /** MiB of memory that the process holds, and the most that it ever held. */
    readMemory: () => readStatus(child.pid, 'VmRSS') / 1024,
    readPeak: () => readStatus(child.pid, 'VmHWM') / 1024,
    /** Seconds of CPU that the process has used, in units of 10 ms. */
    readCpu: () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return (Number(fields[11]) + Number(fields[12])) / 100;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      running.delete(child);
    },
  };
}

const readStatus = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

const isUp = (url) =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

/** Ports that were free a moment ago; kuma-cp cannot choose its own. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
