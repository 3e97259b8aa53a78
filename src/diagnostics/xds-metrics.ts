import { Counter, Gauge, type Registry } from 'prom-client';

import type { SeriesHistogram } from './series-histogram.js';
import type { SeriesSummary, SummarySeries } from './series-summary.js';

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

/** Seconds. */
const convergenceBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the metrics of delivery. */
export function createXdsMetrics(
  registry: Registry,
  addHistogram: (name: string, help: string, buckets: readonly number[]) => SeriesHistogram,
  addSummary: (name: string, help: string) => SeriesSummary,
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
  // by confirmation, then by type
  const answers = { ACK: new Map<string, number>(), NACK: new Map<string, number>() };
  new Counter({
    name: 'xds_requests_received',
    help: 'Answers of proxies to responses.',
    labelNames: ['type_url', 'confirmation'],
    registers,
    collect() {
      this.reset();
      for (const [confirmation, byType] of Object.entries(answers))
        for (const [type_url, count] of byType) this.inc({ type_url, confirmation }, count);
    },
  });
  const nacks = new Counter({ name: 'xds_nacks_total', help: 'Responses that proxies refused.', registers });
  const responses = new Map<string, number>();
  new Counter({
    name: 'xds_responses_sent',
    help: 'Responses that were sent to proxies.',
    labelNames: ['type_url'],
    registers,
    collect() {
      this.reset();
      for (const [type_url, count] of responses) this.inc({ type_url }, count);
    },
  });
  const generation = addSummary('xds_generation', 'Time to make the configuration of a proxy, in milliseconds.');
  const generations = new Map<string, SummarySeries>();
  const errors = new Counter({
    name: 'xds_generation_errors',
    help: 'Configurations that could not be made.',
    registers,
  });
  const delivery = addSummary('xds_delivery', 'Time from a response to its answer, in milliseconds.').open({});
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
      addOne(answers[confirmation], typeUrl);
      if (confirmation === 'NACK') nacks.inc();
    },
    countResponse: (typeUrl) => {
      addOne(responses, typeUrl);
    },
    measureGeneration: (proxyType, result, milliseconds) => {
      const id = `${proxyType} ${result}`;
      const own = generations.get(id) ?? generation.open({ proxy_type: proxyType, result });
      generations.set(id, own);
      own.add(milliseconds);
    },
    countGenerationError: () => {
      errors.inc();
    },
    measureDelivery: (milliseconds) => {
      delivery.add(milliseconds);
    },
    measureConvergence: (seconds) => {
      convergence.add(seconds);
    },
  };
}

const addOne = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
