import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

import { createHdsMetrics, type HdsMetrics } from './hds-metrics.js';
import { SeriesHistogram, type Series } from './series-histogram.js';
import { SeriesSummary } from './series-summary.js';
import { createXdsMetrics, type XdsMetrics } from './xds-metrics.js';

/** The metrics of one server; names and labels are Kuma's where the meaning agrees, so that its dashboards work. */
export interface Metrics {
  readonly contentType: string;
  /** All of them in Prometheus' text format. */
  readonly render: () => Promise<string>;
  /** Told when a request of the API arrives at a route; what comes back is told, once, how it ended. */
  readonly measureRequest: (
    route: string,
  ) => (end: { readonly method: string; readonly status: number; readonly bytes: number }) => void;
  /** Told how long an operation of the store took. */
  readonly measureStore: (operation: string, type: string, seconds: number) => void;
  /** Told of a write that lost against another one. */
  readonly countConflict: (type: string) => void;
  /** Told of deliveries to proxies. */
  readonly xds: XdsMetrics;
  /** Told of health discovery. */
  readonly hds: HdsMetrics;
}

/** What the gauges ask for when they are scraped. */
export interface MetricsSources {
  readonly revision: () => number;
  /** Of every type, also those of which there are none. */
  readonly counts: () => Promise<ReadonlyMap<string, number>>;
  readonly about: { readonly version: string; readonly instanceId: string; readonly clusterId: string };
}

/** Kuma 2.5 puts this label on every series of a standalone control plane. */
const zone = { zone: 'Standalone' };

/** Seconds: those of Kuma, and finer ones, as most answers take less than the least of Kuma's. */
const durations = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const sizes = [100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** Makes the metrics; every server has a registry of its own, so that two in one process do not mix. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels(zone);
  // the event loop is looked at so often (milliseconds): more would be most of what an idle server does
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 250 });
  registerState([registry], sources);
  const own: { readonly render: () => string }[] = [];
  const add = <Metric extends { readonly render: () => string }>(metric: Metric): Metric => {
    own.push(metric);
    return metric;
  };
  const addHistogram: AddHistogram = (name, help, buckets) =>
    add(new SeriesHistogram({ name, help, buckets, labels: zone }));
  const addSummary = (name: string, help: string): SeriesSummary =>
    add(new SeriesSummary({ name, help, quantiles: [0.5, 0.9, 0.99], labels: zone }));
  return {
    contentType: registry.contentType,
    render: async () => [await registry.metrics(), ...own.map((each) => each.render())].join('\n'),
    measureRequest: makeRequestMeter([registry], addHistogram),
    ...makeStoreMeters([registry], addHistogram),
    xds: createXdsMetrics(registry, addHistogram, addSummary),
    hds: createHdsMetrics(registry),
  };
}

type AddHistogram = (name: string, help: string, buckets: readonly number[]) => SeriesHistogram;

function registerState(registers: Registry[], { revision, counts, about }: MetricsSources): void {
  new Gauge({
    name: 'cp_info',
    help: 'The running server; always 1.',
    labelNames: ['product', 'version', 'instance_id', 'cluster_id'],
    registers,
  }).set({ product: 'skein', version: about.version, instance_id: about.instanceId, cluster_id: about.clusterId }, 1);
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
      this.set(revision());
    },
  });
  new Gauge({
    name: 'resources_count',
    help: 'Stored resources by type.',
    labelNames: ['resource_type'],
    registers,
    async collect() {
      this.reset();
      for (const [type, total] of await counts()) this.set({ resource_type: type }, total);
    },
  });
}

interface RequestSeries {
  readonly duration: Series;
  readonly size: Series;
}

function makeRequestMeter(registers: Registry[], addHistogram: AddHistogram): Metrics['measureRequest'] {
  const duration = addHistogram(
    'api_server_http_request_duration_seconds',
    'Time to answer a request of the API.',
    durations,
  );
  const size = addHistogram('api_server_http_response_size_bytes', 'Size of the answers of the API.', sizes);
  const inFlight = new Map<string, number>();
  new Gauge({
    name: 'api_server_http_requests_inflight',
    help: 'Requests of the API that are being answered.',
    labelNames: ['handler'],
    registers,
    collect() {
      for (const [handler, count] of inFlight) this.set({ handler }, count);
    },
  });
  const open = (method: string, code: string, handler: string): RequestSeries => {
    const labels = { method, code, handler };
    return { duration: duration.open(labels), size: size.open(labels) };
  };
  const series = new Map<string, RequestSeries>();
  return (handler) => {
    const start = performance.now();
    inFlight.set(handler, (inFlight.get(handler) ?? 0) + 1);
    return ({ method, status, bytes }) => {
      inFlight.set(handler, (inFlight.get(handler) ?? 0) - 1);
      const id = `${method} ${status} ${handler}`;
      const own = series.get(id) ?? open(method, String(status), handler);
      series.set(id, own);
      own.duration.add((performance.now() - start) / 1000);
      own.size.add(bytes);
    };
  };
}

function makeStoreMeters(
  registers: Registry[],
  addHistogram: AddHistogram,
): Pick<Metrics, 'measureStore' | 'countConflict'> {
  const operations = addHistogram(
    'store',
    'Time of the operations of the store, in seconds; writes include their durable commit.',
    durations,
  );
  const conflicts = new Counter({
    name: 'store_conflicts',
    help: 'Writes that found the store otherwise than they expected it; they are tried again where that makes sense.',
    labelNames: ['resource_type'],
    registers,
  });
  const series = new Map<string, Series>();
  return {
    measureStore: (operation, type, seconds) => {
      const id = `${operation} ${type}`;
      const own = series.get(id) ?? operations.open({ operation, resource_type: type });
      series.set(id, own);
      own.add(seconds);
    },
    countConflict: (type) => {
      conflicts.inc({ resource_type: type });
    },
  };
}
