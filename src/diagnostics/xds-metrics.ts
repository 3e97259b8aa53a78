import { Counter, Gauge, Summary, type Registry } from 'prom-client';

import type { SeriesHistogram } from './series-histogram.js';

/** How delivery to proxies is counted; names and labels are Kuma's, but for convergence and refusals. */
export interface XdsMetrics {
  /** Asks this from now on how many streams are open. */
  readonly countStreams: (streams: () => number) => void;
  readonly countAnswer: (typeUrl: string, confirmation: 'ACK' | 'NACK') => void;
  readonly countResponse: (typeUrl: string) => void;
  readonly measureGeneration: (proxyType: string, result: 'generated' | 'changed', milliseconds: number) => void;
  readonly countGenerationError: () => void;
  readonly measureDelivery: (milliseconds: number) => void;
  readonly measureConvergence: (seconds: number) => void;
}

const percentiles = [0.5, 0.9, 0.99];
/** Seconds. */
const convergenceBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the metrics of delivery. */
export function createXdsMetrics(
  registry: Registry,
  addHistogram: (name: string, help: string, buckets: readonly number[]) => SeriesHistogram,
): XdsMetrics {
  const registers = [registry];
  let countStreams = (): number => 0;
  new Gauge({
    name: 'xds_streams_active',
    help: 'Streams of configuration that are open.',
    registers,
    collect() {
      this.set(countStreams());
    },
  });
  const requests = new Counter({
    name: 'xds_requests_received',
    help: 'Answers of proxies to responses.',
    labelNames: ['type_url', 'confirmation'],
    registers,
  });
  const nacks = new Counter({ name: 'xds_nacks_total', help: 'Responses that proxies refused.', registers });
  const responses = new Counter({
    name: 'xds_responses_sent',
    help: 'Responses that were sent to proxies.',
    labelNames: ['type_url'],
    registers,
  });
  const generation = new Summary({
    name: 'xds_generation',
    help: 'Time to make the configuration of a proxy, in milliseconds.',
    labelNames: ['proxy_type', 'result'],
    percentiles,
    registers,
  });
  const errors = new Counter({
    name: 'xds_generation_errors',
    help: 'Configurations that could not be made.',
    registers,
  });
  const delivery = new Summary({
    name: 'xds_delivery',
    help: 'Time from a response to its answer, in milliseconds.',
    percentiles,
    registers,
  });
  const convergence = addHistogram(
    'xds_convergence_seconds',
    'Time from a change to the last answer of all proxies that it concerns.',
    convergenceBuckets,
  ).open({});
  return {
    countStreams: (streams) => {
      countStreams = streams;
    },
    countAnswer: (typeUrl, confirmation) => {
      requests.inc({ type_url: typeUrl, confirmation });
      if (confirmation === 'NACK') nacks.inc();
    },
    countResponse: (typeUrl) => {
      responses.inc({ type_url: typeUrl });
    },
    measureGeneration: (proxyType, result, milliseconds) => {
      generation.observe({ proxy_type: proxyType, result }, milliseconds);
    },
    countGenerationError: () => {
      errors.inc();
    },
    measureDelivery: (milliseconds) => {
      delivery.observe(milliseconds);
    },
    measureConvergence: (seconds) => {
      convergence.add(seconds);
    },
  };
}
