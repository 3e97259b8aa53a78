import { Counter, Gauge, Summary, type Registry } from 'prom-client';

/** How health discovery is counted; names, types and meanings are Kuma's. */
export interface HdsMetrics {
  /** Asks this from now on how many streams are open. */
  readonly countStreams: (streams: () => number) => void;
  /** A proxy asks what to check. */
  readonly countRequest: () => void;
  /** A proxy tells what it found out. */
  readonly countReport: () => void;
  /** Milliseconds to make what a proxy is to check. */
  readonly measureGeneration: (milliseconds: number) => void;
}

/** Makes the metrics of health discovery. */
export function createHdsMetrics(registry: Registry): HdsMetrics {
  const registers = [registry];
  let countStreams = (): number => 0;
  new Gauge({
    name: 'hds_streams_active',
    help: 'Streams of health discovery that are open.',
    registers,
    collect() {
      this.set(countStreams());
    },
  });
  const requests = new Counter({
    name: 'hds_requests_received',
    help: 'Requests of proxies for what to check.',
    registers,
  });
  // what proxies say is the response, in the words of this protocol (Kuma 2.5)
  const reports = new Counter({
    name: 'hds_responses_sent',
    help: 'What proxies told of the health of their workloads.',
    registers,
  });
  const generation = new Summary({
    name: 'hds_generation',
    help: 'Time to make what a proxy is to check, in milliseconds.',
    percentiles: [0.5, 0.9, 0.99],
    registers,
  });
  // always 0: of a Dataplane that is valid there is always something to make
  new Counter({ name: 'hds_generation_errors', help: 'Health checks that could not be made.', registers });
  return {
    countStreams: (streams) => {
      countStreams = streams;
    },
    countRequest: () => {
      requests.inc();
    },
    countReport: () => {
      reports.inc();
    },
    measureGeneration: (milliseconds) => {
      generation.observe(milliseconds);
    },
  };
}
