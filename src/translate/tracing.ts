import { namedConfig, type Message } from '../envoy/resources.js';
import type { Tracing } from '../plan/listener-plan.js';

type HttpTracing = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager.Tracing'>;

/** Which requests are traced, and where the spans go. */
export function translateTracing(tracing: Tracing): HttpTracing {
  const { overall, client, random } = tracing.sampling;
  return {
    ...(overall === undefined ? {} : { overallSampling: translatePercent(overall) }),
    ...(client === undefined ? {} : { clientSampling: translatePercent(client) }),
    ...(random === undefined ? {} : { randomSampling: translatePercent(random) }),
    ...(tracing.tags.length === 0
      ? {}
      : {
          customTags: tracing.tags.map((tag) =>
            'literal' in tag
              ? { tag: tag.name, literal: { value: tag.literal } }
              : {
                  tag: tag.name,
                  requestHeader: {
                    name: tag.header,
                    ...(tag.fallback === undefined ? {} : { defaultValue: tag.fallback }),
                  },
                },
          ),
        }),
    provider: translateProvider(tracing),
  };
}

/** Zero is what protobuf leaves out. */
const translatePercent = (value: number): Message<'envoy.type.v3.Percent'> => (value === 0 ? {} : { value });

function translateProvider({ cluster, provider }: Tracing): Message<'envoy.config.trace.v3.Tracing.Http'> {
  switch (provider.kind) {
    case 'zipkin':
      return namedConfig('envoy.tracers.zipkin', 'envoy.config.trace.v3.ZipkinConfig', {
        collectorCluster: cluster,
        ...(provider.path === '' ? {} : { collectorEndpoint: provider.path }),
        collectorEndpointVersion: provider.version,
        collectorHostname: provider.host,
        ...(provider.traceId128bit === true ? { traceId128bit: true } : {}),
        ...(provider.sharedSpanContext === undefined ? {} : { sharedSpanContext: provider.sharedSpanContext }),
        ...(provider.splitsSpans === true ? { splitSpansForRequest: true } : {}),
      });
    case 'datadog':
      return namedConfig('envoy.tracers.datadog', 'envoy.config.trace.v3.DatadogConfig', {
        collectorCluster: cluster,
        serviceName: provider.service,
        ...(provider.host === undefined ? {} : { collectorHostname: provider.host }),
      });
    case 'open-telemetry':
      return namedConfig('envoy.tracers.opentelemetry', 'envoy.config.trace.v3.OpenTelemetryConfig', {
        grpcService: { envoyGrpc: { clusterName: cluster } },
        serviceName: provider.service,
      });
  }
}
