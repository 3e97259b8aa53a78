import { readCollectorEndpoint } from '../../model/collector-endpoint.js';
import type { Tracing } from '../../plan/listener-plan.js';
import { datadogService, readCollectorUrl, zipkinVersion, type Collector } from '../../plan/tracing.js';
import type { TraceBackend } from './schema.js';

/** What a listener is called in traces. */
export interface ListenerNames {
  /** The service of the proxy. */
  readonly service: string;
  readonly direction: 'INBOUND' | 'OUTBOUND';
  /** The service to which an outbound leads. */
  readonly destination?: string;
}

/** A backend that can be reached, and how each listener tells it of itself. */
export interface PlannedBackend {
  readonly clusterName: string;
  readonly collector: Collector;
  readonly provide: (names: ListenerNames) => Tracing['provider'];
}

/** The backend that the type names; undefined when it cannot be reached. */
export function planBackend({ type, zipkin, datadog, openTelemetry }: TraceBackend): PlannedBackend | undefined {
  switch (type) {
    case 'Zipkin':
      return zipkin && planZipkin(zipkin);
    case 'Datadog':
      return datadog && planDatadog(datadog);
    case 'OpenTelemetry':
      return openTelemetry && planOpenTelemetry(openTelemetry);
  }
}

function planZipkin(conf: NonNullable<TraceBackend['zipkin']>): PlannedBackend | undefined {
  const server = readCollectorUrl(conf.url);
  if (server === undefined) return undefined;
  const { traceId128bit = false, sharedSpanContext } = conf;
  const provider: Tracing['provider'] = {
    kind: 'zipkin',
    host: server.authority,
    path: server.path,
    version: zipkinVersion(conf.apiVersion),
    traceId128bit,
    ...(sharedSpanContext === undefined ? {} : { sharedSpanContext }),
  };
  return { clusterName: 'meshtrace:zipkin', collector: server.collector, provide: () => provider };
}

function planDatadog({ url, splitService = false }: NonNullable<TraceBackend['datadog']>): PlannedBackend | undefined {
  const agent = readCollectorUrl(url);
  return (
    agent && {
      clusterName: 'meshtrace:datadog',
      collector: agent.collector,
      provide: ({ service, direction, destination }) => ({
        kind: 'datadog',
        service: datadogService(service, splitService, direction, destination),
      }),
    }
  );
}

function planOpenTelemetry(conf: NonNullable<TraceBackend['openTelemetry']>): PlannedBackend | undefined {
  const endpoint = readCollectorEndpoint(conf.endpoint);
  return (
    endpoint && {
      clusterName: 'meshtrace:opentelemetry',
      collector: { host: endpoint.address, port: endpoint.port, isEncrypted: false, isGrpc: true },
      provide: ({ service }) => ({ kind: 'open-telemetry', service }),
    }
  );
}
