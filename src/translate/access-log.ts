import { namedConfig, type Message } from '../envoy/resources.js';
import type { AccessLog, LogFormat } from '../plan/listener-plan.js';

type EnvoyAccessLog = Message<'envoy.config.accesslog.v3.AccessLog'>;

/** What is written of each connection or request, and where. */
export function translateAccessLog(log: AccessLog): EnvoyAccessLog {
  switch (log.kind) {
    case 'file':
      return namedConfig('envoy.access_loggers.file', 'envoy.extensions.access_loggers.file.v3.FileAccessLog', {
        path: log.path,
        logFormat: translateFormat(log.format),
      });
    case 'stream':
      // the logger for requests serves connections too (Kuma 2.5)
      return namedConfig(
        'envoy.access_loggers.http_grpc',
        'envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig',
        {
          commonConfig: translateStream(log),
          ...(log.requestHeaders.length === 0 ? {} : { additionalRequestHeadersToLog: [...log.requestHeaders] }),
          ...(log.responseHeaders.length === 0 ? {} : { additionalResponseHeadersToLog: [...log.responseHeaders] }),
          ...(log.responseTrailers.length === 0 ? {} : { additionalResponseTrailersToLog: [...log.responseTrailers] }),
        },
      );
    case 'open-telemetry':
      return namedConfig(
        'envoy.access_loggers.open_telemetry',
        'envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig',
        {
          commonConfig: {
            logName: 'MeshAccessLog',
            transportApiVersion: 'V3',
            grpcService: { envoyGrpc: { clusterName: log.cluster } },
          },
          body: log.body,
          attributes:
            log.attributes.length === 0
              ? {}
              : { values: log.attributes.map(({ key, value }) => ({ key, value: { stringValue: value } })) },
        },
      );
  }
}

const translateStream = ({
  name,
  filterStates,
}: Extract<
  AccessLog,
  { kind: 'stream' }
>): Message<'envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig'> => ({
  logName: name,
  transportApiVersion: 'V3',
  grpcService: { envoyGrpc: { clusterName: 'access_log_sink' } },
  ...(filterStates.length === 0 ? {} : { filterStateObjectsToLog: [...filterStates] }),
});

function translateFormat(format: LogFormat): Message<'envoy.config.core.v3.SubstitutionFormatString'> {
  const omit = format.omitEmptyValues === true ? { omitEmptyValues: true } : {};
  switch (format.kind) {
    case 'text':
      return { textFormatSource: { inlineString: format.text }, ...omit };
    case 'json':
      return { jsonFormat: format.fields, ...omit };
  }
}
