import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of one server; names are Kuma's where the meaning agrees. */
export interface Metrics {
  readonly registry: Registry;
  readonly observeRequest: (request: {
    readonly method: string;
    readonly route: string | undefined;
    readonly status: number;
    readonly seconds: number;
    readonly bytes: number;
  }) => void;
  readonly requestsInFlight: Gauge;
  /** Seconds from the arrival of a write to its durable commit. */
  readonly storeSeconds: Histogram<'operation'>;
  readonly storeConflicts: Counter;
}

/** What the gauges ask for when they are scraped. */
export interface MetricsSources {
  readonly revision: () => number;
  readonly counts: () => Promise<readonly { readonly type: string; readonly total: number }[]>;
  readonly about: { readonly version: string; readonly instanceId: string };
}

/** Kuma 2.5 puts this label on every series of a standalone control plane. */
const zone = { zone: 'Standalone' };

/** Makes the metrics; every server has a registry of its own, so that two in one process do not mix. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(zone);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  new Gauge({
    name: 'cp_info',
    help: 'The running version; always 1.',
    labelNames: ['instance_id', 'version'],
    registers,
  }).set({ instance_id: sources.about.instanceId, version: sources.about.version }, 1);
  new Gauge({
    name: 'leader',
    help: '1 when this instance is the leader; a single instance always is.',
    registers,
  }).set(1);
  new Gauge({
    name: 'store_revision',
    help: 'Revision of the newest commit.',
    registers,
    collect() {
      this.set(sources.revision());
    },
  });
  new Gauge({
    name: 'resources_count',
    help: 'Stored resources by type.',
    labelNames: ['resource_type'],
    registers,
    async collect() {
      this.reset();
      for (const { type, total } of await sources.counts()) this.inc({ resource_type: type }, total);
    },
  });
  const duration = new Histogram({
    name: 'api_server_http_request_duration_seconds',
    help: 'Time to answer a request of the API.',
    labelNames: ['method', 'code', 'handler'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const size = new Histogram({
    name: 'api_server_http_response_size_bytes',
    help: 'Size of the answers of the API.',
    labelNames: ['method', 'code', 'handler'],
    buckets: [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
    registers,
  });
  return {
    registry,
    observeRequest: ({ method, route, status, seconds, bytes }) => {
      const labels = { method, code: String(status), handler: route ?? 'unknown' };
      duration.observe(labels, seconds);
      size.observe(labels, bytes);
    },
    requestsInFlight: new Gauge({
      name: 'api_server_http_requests_inflight',
      help: 'Requests that are being answered.',
      registers,
    }),
    storeSeconds: new Histogram({
      name: 'store',
      help: 'Time of the operations of the store, in seconds.',
      labelNames: ['operation'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 1],
      registers,
    }),
    storeConflicts: new Counter({
      name: 'store_conflicts',
      help: 'Transactions that were refused by their preconditions.',
      registers,
    }),
  };
}
