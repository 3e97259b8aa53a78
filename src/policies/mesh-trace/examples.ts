import type { Example } from '../../model/kind.js';

/** Examples of MeshTrace. */
export const meshTraceExamples: readonly Example[] = [
  {
    summary: 'A tenth of all requests is traced in Zipkin',
    body: {
      type: 'MeshTrace',
      name: 'zipkin',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'Mesh' },
        default: {
          backends: [{ type: 'Zipkin', zipkin: { url: 'http://zipkin:9411/api/v2/spans' } }],
          sampling: { overall: 10 },
          tags: [{ name: 'team', literal: 'core' }],
        },
      },
    },
  },
  {
    summary: 'OpenTelemetry for one service',
    body: {
      type: 'MeshTrace',
      name: 'otel',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshService', name: 'backend' },
        default: { backends: [{ type: 'OpenTelemetry', openTelemetry: { endpoint: 'otel-collector:4317' } }] },
      },
    },
  },
  {
    summary: 'Datadog, with a tag from a header',
    body: {
      type: 'MeshTrace',
      name: 'datadog',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshSubset', tags: { env: 'prod' } },
        default: {
          backends: [{ type: 'Datadog', datadog: { url: 'http://datadog:8126', splitService: true } }],
          tags: [{ name: 'user', header: { name: 'x-user', default: 'nobody' } }],
        },
      },
    },
  },
  {
    summary: 'No tracing',
    body: {
      type: 'MeshTrace',
      name: 'off',
      mesh: 'default',
      spec: { targetRef: { kind: 'MeshService', name: 'quiet' }, default: { backends: [] } },
    },
  },
  {
    summary: 'Every field',
    body: {
      type: 'MeshTrace',
      name: 'full',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
        default: {
          backends: [
            {
              type: 'Zipkin',
              zipkin: {
                url: 'http://zipkin:9411/api/v2/spans',
                traceId128bit: true,
                apiVersion: 'httpProto',
                sharedSpanContext: false,
              },
              datadog: { url: 'http://datadog:8126', splitService: true },
              openTelemetry: { endpoint: 'otel-collector:4317' },
            },
          ],
          sampling: { overall: 80, client: '40.5', random: 60 },
          tags: [
            { name: 'team', literal: 'core' },
            { name: 'env', header: { name: 'x-env', default: 'prod' } },
          ],
        },
      },
    },
  },
];
