import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

// What anybody may do to the ports of a server of its own before it knows who they are. Throughout it must tell in time
// that it is ready, and afterwards be what it was before.

/** Milliseconds within which `/ready` is to be answered. */
const readyTime = 500;
/** Bytes that the server may use beyond what it used before. */
const moreMemory = 200 * 2 ** 20;

interface Served {
  readonly apiUrl: string;
  readonly secureApiUrl: string;
  readonly diagnosticsUrl: string;
  readonly dpPort: number;
}

let child: ChildProcess;
let folder: string;
let served: Served;
let watch: Worker;
let ports: Readonly<Record<'api' | 'secure' | 'diagnostics' | 'proxies', number>>;
let memory: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-flood-'));
  child = spawn(process.execPath, [new URL('../../dist/skein.js', import.meta.url).pathname, 'run'], {
    env: {
      PATH: process.env['PATH'],
      SKEIN_GENERAL_WORK_DIR: folder,
      SKEIN_API_SERVER_HTTP_PORT: '0',
      SKEIN_API_SERVER_HTTPS_PORT: '0',
      SKEIN_DIAGNOSTICS_SERVER_PORT: '0',
      SKEIN_DP_SERVER_PORT: '0',
      SKEIN_DP_SERVER_INTERFACE: '127.0.0.1',
      SKEIN_API_SERVER_HEADERS_TIMEOUT: '1s',
      SKEIN_API_SERVER_REQUEST_TIMEOUT: '2s',
      SKEIN_API_SERVER_ANONYMOUS_ACCESS: 'write',
      SKEIN_LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout!);
  served = await new Promise<Served>((resolve) => {
    lines.on('line', (line) => {
      const entry = JSON.parse(line) as Served & { readonly msg: string };
      if (entry.msg === 'serving') resolve(entry);
    });
  });
  const portOf = (url: string): number => Number(new URL(url).port);
  ports = {
    api: portOf(served.apiUrl),
    secure: portOf(served.secureApiUrl),
    diagnostics: portOf(served.diagnosticsUrl),
    proxies: served.dpPort,
  };
  watch = new Worker(new URL('./watch-ready.mjs', import.meta.url), {
    workerData: { url: `${served.diagnosticsUrl}/ready`, pid: child.pid },
  });
  for (let i = 0; i < 50; i++) await fetch(`${served.apiUrl}/meshes/default`);
  memory = await readMemory();
});
afterAll(async () => {
  await watch.terminate();
  child.kill('SIGKILL');
  await once(child, 'close');
  rmSync(folder, { recursive: true });
});

interface Readiness {
  readonly slowest: number;
  readonly failures: number;
  readonly asked: number;
}

/** How `/ready` was answered since the last call. */
async function readiness(): Promise<Readiness> {
  const told = once(watch, 'message') as Promise<[Readiness]>;
  watch.postMessage('tell');
  return (await told)[0];
}

const readMemory = async (): Promise<number> => {
  const metrics = await (await fetch(`${served.diagnosticsUrl}/metrics`)).text();
  return Number(/^process_resident_memory_bytes(?:\{.*\})? (\S+)$/m.exec(metrics)?.[1]);
};

interface Conversation {
  readonly socket: Socket;
  /** The beginning of what came, once the server has hung up. */
  readonly answer: Promise<string>;
}

/** Connections from many addresses of this host, a hundred at a time; each begins with what `send` does. */
async function openMany(
  port: number,
  count: number,
  send: (socket: Socket, index: number) => void = () => undefined,
): Promise<readonly Conversation[]> {
  const opened: Conversation[] = [];
  while (opened.length < count) {
    const wave = Array.from({ length: Math.min(100, count - opened.length) }, (_, i) => opened.length + i);
    opened.push(...(await Promise.all(wave.map((index) => openOne(port, index, send)))));
  }
  return opened;
}

async function openOne(
  port: number,
  index: number,
  send: (socket: Socket, index: number) => void,
): Promise<Conversation> {
  const localAddress = `127.0.1.${(index % 200) + 1}`;
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  let received = '';
  socket.on('data', (chunk) => (received = (received + chunk.toString('latin1')).slice(0, 100)));
  socket.on('error', () => undefined).on('end', () => socket.destroy());
  const answer = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(received);
    });
  });
  await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), answer]);
  send(socket, index);
  return { socket, answer };
}

/** The statuses of all answers, once the server has hung up on everyone, and how many there are of each. */
async function countStatuses(conversations: readonly Conversation[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { answer } of conversations) {
    const status = /^HTTP\/1\.1 ([0-9]{3})/.exec(await answer)?.[1] ?? 'none';
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

const apiAnswers = async (): Promise<number> => (await fetch(`${served.apiUrl}/meshes`)).status;

const put = 'PUT /meshes/default/meshtcproutes/r HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

beforeEach(async () => {
  await readiness();
});

/** What must hold while and after anything was done. */
async function expectUnharmed(): Promise<void> {
  const { slowest, failures, asked } = await readiness();
  expect({ failures, asked: asked > 0, late: slowest > readyTime ? slowest : 'never' }).toEqual({
    failures: 0,
    asked: true,
    late: 'never',
  });
  expect(child.exitCode).toBeNull();
  expect(await apiAnswers()).toBe(200);
}

it('2 000 connections that say nothing', async () => {
  const others = [...(await openMany(ports.diagnostics, 250)), ...(await openMany(ports.proxies, 250))];
  const secure = await openMany(ports.secure, 500);
  const open = await openMany(ports.api, 1_000);
  expect(await apiAnswers()).toBe(200);
  expect(await countStatuses(open)).toEqual({ 408: 1_000 });
  expect(await countStatuses(secure)).toEqual({ none: 500 });
  for (const { socket } of others) socket.destroy();
  await expectUnharmed();
});

it('bytes without sense, on every port', async () => {
  // as random as they need be, and the same each time
  const noise = (seed: number): Buffer => {
    let state = seed + 1;
    return Buffer.from(
      Array.from({ length: 4_096 }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return state >> 16;
      }),
    );
  };
  const beginnings = [
    '',
    'GET / HTTP/1.1\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    Buffer.from('1603010200010001fc0303', 'hex').toString('latin1'),
  ];
  for (const port of Object.values(ports)) {
    const all = await openMany(port, 100, (socket, i) => {
      socket.end(Buffer.concat([Buffer.from(beginnings[i % beginnings.length] ?? '', 'latin1'), noise(i)]));
    });
    for (const { answer } of all) expect(await answer).not.toMatch(/^HTTP\/1\.1 (?:2|5)/);
  }
  await expectUnharmed();
});

it('headers and bodies that come byte by byte', async () => {
  const drip = (beginning: string) => (socket: Socket) => {
    socket.write(beginning);
    const timer = setInterval(() => socket.write('a'), 200);
    socket.once('close', () => {
      clearInterval(timer);
    });
  };
  const headers = await openMany(ports.api, 200, drip('GET /meshes HTTP/1.1\r\nhost: a\r\nx: '));
  const bodies = await openMany(ports.api, 200, drip(`${put}content-length: 100000\r\n\r\n`));
  expect(await apiAnswers()).toBe(200);
  expect(await countStatuses([...headers, ...bodies])).toEqual({ 408: 400 });
  await expectUnharmed();
});

it('headers and bodies that are too large', async () => {
  const headers = await openMany(ports.api, 100, (socket) => {
    socket.write(`GET /meshes HTTP/1.1\r\nhost: a\r\nx: ${'a'.repeat(2 ** 17)}`);
  });
  const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
  const bodies = await openMany(ports.api, 100, (socket) => {
    socket.write(`${put}transfer-encoding: chunked\r\n\r\n`);
    for (let i = 0; i < 32; i++) socket.write(chunk);
  });
  const statuses = await countStatuses([...headers, ...bodies]);
  // who goes on sending may lose the answer with the connection
  expect(Object.keys(statuses).filter((status) => !['413', '431', '503', 'none'].includes(status))).toEqual([]);
  expect(statuses[431]).toBeGreaterThan(0);
  expect(await readMemory()).toBeLessThan(memory + moreMemory);
  await expectUnharmed();
});

it('bodies as large as they may be, all at once', async () => {
  const body = JSON.stringify({ type: 'MeshTCPRoute', name: 'r', mesh: 'default', x: 'x'.repeat(1_000_000) });
  const all = await openMany(ports.api, 200, (socket) => {
    socket.write(`${put}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  const statuses = await countStatuses(all);
  expect(Object.keys(statuses).filter((status) => !['400', '408', '503', 'none'].includes(status))).toEqual([]);
  expect(statuses[400]).toBeGreaterThan(0);
  await expectUnharmed();
});

it('connections that are half closed, or reset amid everything', async () => {
  const half = await openMany(ports.api, 300, (socket) => socket.end(`${put}content-length: 9\r\n\r\n{`));
  expect(await countStatuses(half)).toEqual({ 400: 300 });
  for (const port of Object.values(ports)) {
    for (const { answer } of await openMany(port, 100, (socket) => socket.end())) await answer;
    for (const { socket, answer } of await openMany(port, 100, (each) => each.write('GET / HTTP/1.1\r\nhost'))) {
      socket.resetAndDestroy();
      await answer;
    }
  }
  await expectUnharmed();
});

it('and all memory comes back', { timeout: 30_000 }, async () => {
  // a heap is cleaned up when there is little else to do
  await expect.poll(readMemory, { timeout: 25_000, interval: 1_000 }).toBeLessThan(memory + moreMemory);
});
