import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { readBack } from '../../model/read-back.js';
import { targetRefSchema } from '../../model/target-ref.js';

const zipkin = Type.Object({
  url: Type.String({ description: 'Where spans are sent, e.g. http://zipkin:9411/api/v2/spans.' }),
  traceId128bit: Type.Optional(Type.Boolean({ default: false, description: 'Makes trace ids of 128 bits.' })),
  apiVersion: Type.Optional(nested.oneOf(['httpJson', 'httpProto'], { default: 'httpJson' })),
  sharedSpanContext: Type.Optional(Type.Boolean({ default: true, description: 'Client and server share one span.' })),
});

const datadog = Type.Object({
  url: Type.String({ description: 'Host and port of the agent, e.g. http://datadog:8126.' }),
  splitService: Type.Optional(
    Type.Boolean({ default: false, description: 'Names inbound and outbound traffic as services of their own.' }),
  ),
});

const openTelemetry = Type.Object({
  endpoint: Type.String({ minLength: 1, description: 'Host and port of the collector, e.g. otel-collector:4317.' }),
});

const backend = Type.Object(
  {
    type: nested.oneOf(['Zipkin', 'Datadog', 'OpenTelemetry']),
    zipkin: Type.Optional(zipkin),
    datadog: Type.Optional(datadog),
    openTelemetry: Type.Optional(openTelemetry),
  },
  { description: 'Where spans go: what stands below the name of the type.' },
);

const percentage = (description: string) => Type.Optional(nested.intOrString({ default: 100, description }));

const tag = Type.Object(
  {
    name: Type.String(),
    literal: Type.Optional(Type.String({ description: 'The value.' })),
    header: Type.Optional(
      Type.Object(
        { name: Type.String(), default: Type.Optional(Type.String({ description: 'The value without the header.' })) },
        { description: 'The header of the request that has the value.' },
      ),
    ),
  },
  { description: 'A tag of every span: with a literal or a header.' },
);

const conf = Type.Object({
  backends: Type.Optional(Type.Array(backend, { description: 'At most one; none takes tracing out of use.' })),
  sampling: Type.Optional(
    Type.Object(
      {
        overall: percentage('Of all requests that could be traced, those that are.'),
        client: percentage('Of the requests with the header x-client-trace-id, those that are traced.'),
        random: percentage('Of the requests that nobody decided on, those that are traced.'),
      },
      { description: 'Which share of the requests is traced; percentages, decimals as text.' },
    ),
  ),
  tags: Type.Optional(Type.Array(tag)),
});

/** The spec of a MeshTrace: the one truth of its shape. */
export const meshTraceSchema = Type.Object(
  {
    targetRef: targetRefSchema,
    default: Type.Optional(Type.Object(conf.properties, { ...readBack.always })),
  },
  { description: 'Sends traces of the requests that selected proxies take and make.' },
);

export type MeshTraceConf = Static<typeof conf>;
export type TraceBackend = Static<typeof backend>;
export type TraceTag = Static<typeof tag>;
/** `default` is stored as `{}` when it is absent. */
export type MeshTrace = Static<typeof meshTraceSchema> & { readonly default: MeshTraceConf };
