import { namedConfig, type HealthCheck as EnvoyHealthCheck, type Message } from '../envoy/resources.js';
import type { HealthCheck } from '../plan/cluster-plan.js';
import { translateHeaders } from './headers.js';

/** How endpoints are asked whether they are well. */
export const translateHealthCheck = (check: HealthCheck): EnvoyHealthCheck => ({
  interval: check.interval,
  timeout: check.timeout,
  unhealthyThreshold: check.unhealthyThreshold,
  healthyThreshold: check.healthyThreshold,
  ...(check.initialJitter === undefined ? {} : { initialJitter: check.initialJitter }),
  ...(check.intervalJitter === undefined ? {} : { intervalJitter: check.intervalJitter }),
  ...(check.intervalJitterPercent === undefined || check.intervalJitterPercent === 0
    ? {}
    : { intervalJitterPercent: check.intervalJitterPercent }),
  ...(check.noTrafficInterval === undefined ? {} : { noTrafficInterval: check.noTrafficInterval }),
  ...(check.eventLogPath === undefined || check.eventLogPath === '' ? {} : { eventLogPath: check.eventLogPath }),
  ...(check.eventSinkPath === undefined ? {} : { eventLogger: [translateEventSink(check.eventSinkPath)] }),
  ...(check.alwaysLogFailures === true ? { alwaysLogHealthCheckFailures: true } : {}),
  ...(check.reuseConnection === undefined ? {} : { reuseConnection: check.reuseConnection }),
  ...translateCheck(check.check),
});

const translateEventSink = (path: string): Message<'envoy.config.core.v3.TypedExtensionConfig'> =>
  namedConfig(
    'envoy.health_check.event_sinks.file',
    'envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink',
    { eventLogPath: path },
  );

function translateCheck(check: HealthCheck['check']): EnvoyHealthCheck {
  switch (check.kind) {
    case 'tcp':
      return {
        tcpHealthCheck: {
          ...(check.send === undefined ? {} : { send: { text: check.send } }),
          ...(check.receive.length === 0 ? {} : { receive: check.receive.map((text) => ({ text })) }),
        },
      };
    case 'http':
      return {
        httpHealthCheck: {
          path: check.path,
          ...(check.headers.length === 0 ? {} : { requestHeadersToAdd: translateHeaders(check.headers) }),
          ...(check.expectedStatuses.length === 0
            ? {}
            : { expectedStatuses: check.expectedStatuses.map(translateStatus) }),
          ...(check.isHttp2 ? { codecClientType: 'HTTP2' } : {}),
        },
      };
    case 'grpc':
      return {
        grpcHealthCheck: {
          ...(check.serviceName === undefined || check.serviceName === '' ? {} : { serviceName: check.serviceName }),
          ...(check.authority === undefined || check.authority === '' ? {} : { authority: check.authority }),
        },
      };
  }
}

/** A range without its end. */
const translateStatus = (status: number): Message<'envoy.type.v3.Int64Range'> => ({
  start: String(status),
  end: String(status + 1),
});
