import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A TCP port of an address that nobody listens on. */
export async function findFreePort(host: string): Promise<number> {
  const server = createServer();
  await once(server.listen(0, host), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** A workload that says its name to whoever connects, and then everything that it is told. */
export async function startEcho(name: string, host: string): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.write(`${name}\n`);
    socket.pipe(socket);
  });
  await once(server.listen(0, host), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A connection through a proxy. */
export class Caller {
  readonly #socket: Socket;
  #received = '';
  isClosed = false;

  constructor(host: string, port: number) {
    this.#socket = connect({ host, port });
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (data) => (this.#received += data.toString()));
    this.#socket.on('close', () => (this.isClosed = true));
  }

  /** The next line; empty when the connection was closed before there was one. */
  async readLine(): Promise<string> {
    while (!this.#received.includes('\n')) {
      if (this.isClosed) return '';
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]).catch(() => undefined);
    }
    const [line = '', ...rest] = this.#received.split('\n');
    this.#received = rest.join('\n');
    return line;
  }

  /** True when what is said comes back. */
  async echoes(text: string): Promise<boolean> {
    this.say(text);
    return (await this.readLine()) === text;
  }

  say(text: string): void {
    this.#socket.write(`${text}\n`);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Who answers so many connections, by name; those that were closed count as an empty name. */
export async function countAnswers(host: string, port: number, connections: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const width = 25;
  for (let done = 0; done < connections; done += width) {
    const callers = Array.from({ length: Math.min(width, connections - done) }, () => new Caller(host, port));
    for (const name of await Promise.all(callers.map((caller) => caller.readLine())))
      counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const caller of callers) caller.close();
  }
  return counts;
}

export interface EnvoyOptions {
  readonly path: string;
  /** `mesh.name`. */
  readonly id: string;
  /** Address of its own, at which its admin API listens too. */
  readonly address: string;
  readonly dpPort: number;
  readonly protocol: 'GRPC' | 'DELTA_GRPC';
}

export interface LiveEnvoy {
  /** A counter or gauge of Envoy; 0 when it does not have it (yet). */
  stat(name: string): Promise<number>;
  /** What it wrote. */
  readonly log: () => string;
  close(): Promise<void>;
}

/** Starts a real Envoy that gets everything over ADS. */
export async function startEnvoy(options: EnvoyOptions): Promise<LiveEnvoy> {
  const folder = await mkdtemp(join(tmpdir(), 'skein-live-'));
  const adminPort = await findFreePort(options.address);
  await writeFile(join(folder, 'bootstrap.json'), JSON.stringify(makeBootstrap(options, adminPort)));
  const child = spawn(
    options.path,
    ['-c', join(folder, 'bootstrap.json'), '--disable-hot-restart', '--concurrency', '1', '--log-level', 'warning'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  const exit = once(child, 'exit');
  return {
    stat: async (name) => {
      const answer = await fetch(`http://${options.address}:${adminPort}/stats?filter=^${name}$`).catch(
        () => undefined,
      );
      return Number(/: (\d+)/.exec((await answer?.text()) ?? '')?.[1] ?? 0);
    },
    log: () => log,
    close: async () => {
      child.kill('SIGKILL');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const http2Options = {
  'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    explicitHttpConfig: { http2ProtocolOptions: {} },
  },
};

const makeBootstrap = ({ id, address, dpPort, protocol }: EnvoyOptions, adminPort: number): object => ({
  node: { id, cluster: 'test', metadata: { version: { envoy: { version: '1.40.0' } } } },
  admin: { address: { socketAddress: { address, portValue: adminPort } } },
  dynamicResources: {
    ldsConfig: { ads: {}, resourceApiVersion: 'V3', initialFetchTimeout: '0s' },
    cdsConfig: { ads: {}, resourceApiVersion: 'V3', initialFetchTimeout: '0s' },
    adsConfig: {
      apiType: protocol,
      transportApiVersion: 'V3',
      setNodeOnFirstMessageOnly: true,
      grpcServices: [{ envoyGrpc: { clusterName: 'ads_cluster' } }],
    },
  },
  staticResources: {
    clusters: [
      {
        name: 'ads_cluster',
        type: 'STATIC',
        connectTimeout: '1s',
        typedExtensionProtocolOptions: http2Options,
        loadAssignment: {
          clusterName: 'ads_cluster',
          endpoints: [
            {
              lbEndpoints: [{ endpoint: { address: { socketAddress: { address: '127.0.0.1', portValue: dpPort } } } }],
            },
          ],
        },
        transportSocket: {
          name: 'tls',
          typedConfig: {
            '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
            sni: 'localhost',
          },
        },
      },
    ],
  },
});
