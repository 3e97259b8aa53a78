import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { readBack } from '../../model/read-back.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const entry = Type.Object({
  key: Type.Optional(Type.String(readBack.omitEmpty)),
  value: Type.Optional(Type.String({ ...readBack.omitEmpty, description: 'May contain placeholders.' })),
});

const format = Type.Object(
  {
    type: nested.oneOf(['Plain', 'Json'], { description: 'Which of the fields counts.' }),
    plain: Type.Optional(Type.String({ description: 'A line with placeholders.' })),
    json: Type.Optional(Type.Array(entry, { description: 'The fields of an object per line.' })),
    omitEmptyValues: Type.Optional(Type.Boolean({ description: 'Leaves out what has no value, instead of `-`.' })),
  },
  { description: 'What is logged; placeholders are those of Envoy, and those that begin with %KUMA_.' },
);

const tcp = Type.Object(
  { format: Type.Optional(format), address: Type.String({ description: 'Host and port of the receiver.' }) },
  { description: 'Sends lines over a TCP connection.' },
);

const file = Type.Object(
  { format: Type.Optional(format), path: Type.String({ description: 'The file, as an absolute path.' }) },
  { description: 'Appends lines to a file.' },
);

const openTelemetry = Type.Object(
  {
    attributes: Type.Optional(
      Type.Array(entry, { ...readBack.omitEmpty, description: 'Attributes of the log records.' }),
    ),
    body: Type.Optional(
      Type.Unknown({ description: 'Body of the log records: a text, or a value in the form of OTLP.' }),
    ),
    endpoint: Type.String({
      minLength: 1,
      examples: ['otel-collector:4317'],
      description: 'Host and port of the collector; without a port it is 4317.',
    }),
  },
  { description: 'Sends log records to an OpenTelemetry collector.' },
);

const backend = Type.Object(
  {
    type: nested.oneOf(['Tcp', 'File', 'OpenTelemetry'], { description: 'Which of the objects counts.' }),
    tcp: Type.Optional(tcp),
    file: Type.Optional(file),
    openTelemetry: Type.Optional(openTelemetry),
  },
  { description: 'A receiver of logs.' },
);

const conf = Type.Object({
  backends: Type.Optional(
    Type.Array(backend, {
      description: 'The receivers; required, an empty list switches logging off. The list is replaced as a whole.',
    }),
  ),
});

/** The spec of a MeshAccessLog: the one truth of its shape. */
export const meshAccessLogSchema = Type.Object(
  {
    targetRef: targetRefSchema,
    to: peersOf(conf, 'Logs of connections to destinations.'),
    from: peersOf(conf, 'Logs of connections from clients.'),
  },
  { description: 'Logs connections and requests.' },
);

export type MeshAccessLog = Static<typeof meshAccessLogSchema>;
export type MeshAccessLogConf = Static<typeof conf>;
export type AccessLogBackend = Static<typeof backend>;
export type AccessLogFormat = Static<typeof format>;
