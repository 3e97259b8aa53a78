import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';

import { findEnvoy } from '../envoy/validate.js';
import { findFreePort, nextAddress } from './addresses.js';
import { get, type Target } from './callers.js';
import { startEnvoy, type EnvoyProcess } from './envoy-process.js';
import { startSkein, type SkeinProcess } from './skein-process.js';
import { workloadHost, type Workload } from './workloads.js';

const envoyBinary = await findEnvoy();

/** True where there is no Envoy, and so nothing to test. */
export const isWithoutEnvoy = envoyBinary.kind === 'missing';

/** What proxies find of themselves at times that no test knows; a busy machine looks like a broken proxy. */
const withoutHealth = { KUMA_DP_SERVER_HDS_ENABLED: 'false' };

/** The name of the mesh that all is in. */
const mesh = 'default';

const collections = {
  Dataplane: 'dataplanes',
  ExternalService: 'external-services',
  FaultInjection: 'fault-injections',
  MeshAccessLog: 'meshaccesslogs',
  MeshGateway: 'meshgateways',
  MeshGatewayRoute: 'meshgatewayroutes',
  MeshHTTPRoute: 'meshhttproutes',
  MeshRateLimit: 'meshratelimits',
  MeshTCPRoute: 'meshtcproutes',
  MeshTimeout: 'meshtimeouts',
  MeshTrafficPermission: 'meshtrafficpermissions',
  RateLimit: 'rate-limits',
  TrafficLog: 'traffic-logs',
  TrafficPermission: 'traffic-permissions',
  TrafficRoute: 'traffic-routes',
} as const;

export type StoredType = keyof typeof collections;

/** An inbound, and the workload behind it. */
export interface InboundOptions {
  readonly service: string;
  /** Absent: there is none, as nobody will ask. */
  readonly workload?: Workload;
  /** Tag `kuma.io/protocol`; absent without. */
  readonly protocol?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** The proxy checks whether the workload takes connections. */
  readonly isProbed?: boolean;
}

export interface ProxyOptions {
  /** One for a service with the name of the proxy when absent. */
  readonly inbounds?: readonly InboundOptions[];
  /** Services that its workload talks to. */
  readonly outbounds?: readonly string[];
  /** Tags of a builtin gateway. */
  readonly gateway?: Readonly<Record<string, string>>;
  /** Gets its configuration by incremental xDS, which the bootstrap does not ask for by itself. */
  readonly isIncremental?: boolean;
  /** Seconds; that of Envoy, which is longer than any test, when absent. */
  readonly drainTime?: number;
  /** What else the program that runs Envoy says when it asks for the bootstrap. */
  readonly tells?: object;
}

/** A data plane proxy: a Dataplane and the Envoy that is connected for it. */
export interface Proxy {
  readonly name: string;
  readonly address: string;
  readonly adminPort: number;
  readonly envoy: EnvoyProcess;
  /** Where its workload finds a service. */
  outbound(service: string): Target;
  /** Where others find a service of its workload. */
  inbound(service: string): Target;
}

/** A control plane with proxies; see {@link useMesh}. */
export class LiveMesh {
  readonly folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  #skein: SkeinProcess | undefined;
  readonly #proxies = new Map<string, Proxy>();
  readonly #closers: (() => unknown)[] = [];

  constructor(settings: Readonly<Record<string, string>>) {
    this.folder = mkdtempSync(join(tmpdir(), 'skein-traffic-'));
    this.#settings = { ...withoutHealth, ...settings };
  }

  get skein(): SkeinProcess {
    if (this.#skein === undefined) throw new Error('no server runs');
    return this.#skein;
  }

  /** Starts the server; again, after it was killed. */
  async start(): Promise<void> {
    this.#skein = await startSkein(this.folder, this.#settings, this.#skein);
  }

  /** Closes it when the tests are done. */
  async use<Closable extends { close(): unknown }>(closable: Closable | Promise<Closable>): Promise<Closable> {
    const opened = await closable;
    this.#closers.push(() => opened.close());
    return opened;
  }

  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.skein.apiUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** Stores a resource; resolves when all proxies do what it says. */
  async put(type: StoredType, name: string, fields: object): Promise<void> {
    await this.request('PUT', pathOf(type, name), { ...fields, type, mesh, name });
    await this.settle();
  }

  /** Deletes a resource; resolves when all proxies do without. */
  async delete(type: StoredType, name: string): Promise<void> {
    await this.request('DELETE', pathOf(type, name));
    await this.settle();
  }

  /** Replaces what the mesh says of mTLS, logging and the like; resolves when all proxies do it. */
  async configure(fields: object): Promise<void> {
    await this.request('PUT', `/meshes/${mesh}`, { type: 'Mesh', name: mesh, ...fields });
    await this.settle();
  }

  /** Stores a Dataplane and starts an Envoy for it, with the bootstrap that the server gives; waits for neither. */
  async addProxy(name: string, options: ProxyOptions): Promise<Proxy> {
    const address = nextAddress();
    const adminPort = await findFreePort(workloadHost);
    const inbounds = await Promise.all(
      (options.inbounds ?? (options.gateway === undefined ? [{ service: name }] : [])).map(
        async (each: InboundOptions) => ({
          ...each,
          port: await findFreePort(address),
        }),
      ),
    );
    const outbounds = await Promise.all(
      (options.outbounds ?? []).map(async (service) => ({ service, port: await findFreePort(address) })),
    );
    await this.request('PUT', pathOf('Dataplane', name), {
      type: 'Dataplane',
      mesh,
      name,
      networking: {
        address,
        admin: { port: adminPort },
        ...(options.gateway === undefined ? {} : { gateway: { type: 'BUILTIN', tags: options.gateway } }),
        inbound: inbounds.map(({ port, service, protocol, tags, workload, isProbed = false }) => ({
          port,
          ...(workload === undefined ? {} : { serviceAddress: workloadHost, servicePort: workload.port }),
          tags: {
            'kuma.io/service': service,
            ...(protocol === undefined ? {} : { 'kuma.io/protocol': protocol }),
            ...tags,
          },
          ...(isProbed ? { serviceProbe: { tcp: {} } } : {}),
        })),
        outbound: outbounds.map(({ port, service }) => ({ address, port, tags: { 'kuma.io/service': service } })),
      },
    });
    const token = await fetch(`${this.skein.apiUrl}/tokens/dataplane`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mesh, name, validFor: '1h' }),
    });
    const bootstrap = await this.skein.bootstrap({ mesh, name, dataplaneToken: await token.text(), ...options.tells });
    const envoy = await this.use(
      startEnvoy({
        binary: envoyBinary.kind === 'found' ? envoyBinary.path : '',
        file: join(this.folder, `${name}.yaml`),
        bootstrap:
          options.isIncremental === true ? bootstrap.replace('apiType: GRPC', 'apiType: DELTA_GRPC') : bootstrap,
        adminPort,
        drainTime: options.drainTime ?? 600,
      }),
    );
    const find = (ports: readonly { readonly service: string; readonly port: number }[], service: string): Target => {
      const port = ports.find((each) => each.service === service)?.port;
      if (port === undefined) throw new Error(`${name} has nothing for ${service}`);
      return { host: address, port };
    };
    const proxy: Proxy = {
      name,
      address,
      adminPort,
      envoy,
      outbound: (service) => find(outbounds, service),
      inbound: (service) => find(inbounds, service),
    };
    this.#proxies.set(name, proxy);
    return proxy;
  }

  /** Waits for a proxy no more, since its Dataplane goes; its Envoy runs on. */
  forget({ name }: Proxy): void {
    this.#proxies.delete(name);
  }

  /** Resolves when every proxy has taken all that it shall have, and has it at work. */
  async settle(): Promise<void> {
    await waitFor(async () => {
      const waits = await Promise.all([...this.#proxies.values()].map((each) => this.#waitsFor(each)));
      expect(waits.flat()).toEqual([]);
    });
  }

  /** Who refused something, as the server and as each Envoy counts it. */
  async refusals(): Promise<readonly string[]> {
    const counted = /^xds_nacks_total.* (\d+)$/m.exec(await this.skein.metrics())?.[1];
    const refused = await Promise.all(
      [...this.#proxies.values()].map(async ({ name, envoy }) => {
        const counters = ['cluster_manager.cds.update_rejected', 'listener_manager.lds.update_rejected'];
        const counts = await Promise.all(counters.map((counter) => envoy.stat(counter)));
        return counts.every((count) => count === 0) ? [] : [`${name}: ${envoy.log()}`];
      }),
    );
    return [...(counted === '0' ? [] : [`the server counts ${counted}`]), ...refused.flat()];
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    await this.#skein?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What a proxy has not taken, or not at work. */
  async #waitsFor({ name, address, adminPort, envoy }: Proxy): Promise<readonly string[]> {
    const {
      connected,
      types = {},
      failure,
    } = (await this.request('GET', `${pathOf('Dataplane', name)}/_delivery`)) as Delivery;
    if (!connected || Object.keys(types).length === 0) return [`${name} to connect`];
    if (failure !== undefined) return [`${name} to be told something: ${failure.message}`];
    const behind = Object.entries(types).filter(
      ([, { target, acknowledged }]) => target !== (acknowledged?.version ?? ''),
    );
    if (behind.length > 0)
      return behind.map(
        ([type, { rejected }]) => `${name} to take ${type}${rejected ? `, not: ${rejected.message}` : ''}`,
      );
    const gauges = await Promise.all(
      ['listener_manager.total_listeners_warming', 'cluster_manager.warming_clusters'].map((each) => envoy.stat(each)),
    );
    if (gauges.some((warming) => warming > 0)) return [`${name} to warm up`];
    // asked through its one worker, which by then has heard of everything
    const { status } = await get({ host: address, port: adminPort }, '/ready');
    return status === 200 ? [] : [`${name} to be ready`];
  }
}

/** Resolves when this does not throw any more. */
export const waitFor = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 30_000, interval: 20 });

interface TypeDelivery {
  readonly target: string;
  readonly acknowledged?: { readonly version: string };
  readonly rejected?: { readonly message: string };
}

interface Delivery {
  readonly connected: boolean;
  readonly failure?: { readonly message: string };
  readonly types?: Readonly<Record<string, TypeDelivery>>;
}

const pathOf = (type: StoredType, name: string): string => `/meshes/${mesh}/${collections[type]}/${name}`;

/**
 * Starts a control plane for the tests of a file, and `setUp` puts the proxies into it; all ends with the tests. After
 * each test no Envoy may have refused anything.
 */
export function useMesh(
  setUp: (mesh: LiveMesh) => Promise<void>,
  settings: Readonly<Record<string, string>> = {},
): void {
  let live: LiveMesh | undefined;
  beforeAll(async () => {
    live = new LiveMesh(settings);
    await live.start();
    await setUp(live);
    await live.settle();
  });
  afterEach(async () => {
    expect(await live?.refusals()).toEqual([]);
  });
  afterAll(() => live?.close());
}
