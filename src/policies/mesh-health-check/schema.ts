import { Type, type Static } from 'typebox';

import { headerModifierProperties } from '../../model/header-modifier.js';
import { nested } from '../../model/nested.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const disabled = Type.Optional(Type.Boolean({ description: 'Takes the check out of use.' }));

const tcp = Type.Object(
  {
    disabled,
    send: Type.Optional(Type.String({ description: 'What is sent, in base64; absent only connects.' })),
    receive: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Blocks in base64 that have to be in the answer in this order, with anything between them.',
      }),
    ),
  },
  { description: 'A check that connects, sends and waits for an answer.' },
);

const http = Type.Object(
  {
    disabled,
    path: Type.Optional(Type.String({ default: '/', description: 'The path that is requested.' })),
    requestHeadersToAdd: Type.Optional(
      Type.Object(headerModifierProperties, { description: 'Headers of the requests.' }),
    ),
    expectedStatuses: Type.Optional(
      Type.Array(nested.int32(), { description: 'Statuses of a healthy host, from 100 to 599.' }),
    ),
  },
  { description: 'A check by HTTP requests.' },
);

const grpc = Type.Object(
  {
    disabled,
    serviceName: Type.Optional(Type.String({ description: 'The service that is asked for.' })),
    authority: Type.Optional(Type.String({ description: 'Value of the header :authority.' })),
  },
  { description: 'A check by the health service of gRPC.' },
);

const conf = Type.Object({
  interval: Type.Optional(nested.duration({ default: '1m', description: 'Time between two checks.' })),
  timeout: Type.Optional(nested.duration({ default: '15s', description: 'How long an answer may take.' })),
  unhealthyThreshold: Type.Optional(
    nested.int32({ default: 5, description: 'Failed checks in a row that make a host unhealthy.' }),
  ),
  healthyThreshold: Type.Optional(
    nested.int32({ default: 1, description: 'Passed checks in a row that make a host healthy.' }),
  ),
  initialJitter: Type.Optional(nested.duration({ description: 'Longest random wait before the first check.' })),
  intervalJitter: Type.Optional(nested.duration({ description: 'Longest random addition to every interval.' })),
  intervalJitterPercent: Type.Optional(
    nested.int32({ description: 'Longest random addition to every interval, as a percentage of it.' }),
  ),
  healthyPanicThreshold: Type.Optional(
    nested.intOrString({
      default: 50,
      description: 'Percentage of healthy hosts below which health no longer counts: a number, or a decimal as text.',
    }),
  ),
  failTrafficOnPanic: Type.Optional(
    Type.Boolean({ description: 'Refuses requests when there are too few healthy hosts, instead of trying all.' }),
  ),
  eventLogPath: Type.Optional(Type.String({ description: 'File to which the proxy logs changes of health.' })),
  alwaysLogHealthCheckFailures: Type.Optional(
    Type.Boolean({ default: false, description: 'Logs every failed check, not only the first one.' }),
  ),
  noTrafficInterval: Type.Optional(
    nested.duration({ default: '1m', description: 'Time between two checks while nothing is sent to the hosts.' }),
  ),
  tcp: Type.Optional(tcp),
  http: Type.Optional(http),
  grpc: Type.Optional(grpc),
  reuseConnection: Type.Optional(
    Type.Boolean({ default: true, description: 'Keeps the connection from check to check.' }),
  ),
});

/** The spec of a MeshHealthCheck: the one truth of its shape. */
export const meshHealthCheckSchema = Type.Object(
  { targetRef: targetRefSchema, to: peersOf(conf, 'Checks of the hosts of destinations.') },
  { description: 'Asks hosts whether they are well, and sends nothing to those that are not.' },
);

export type MeshHealthCheck = Static<typeof meshHealthCheckSchema>;
export type MeshHealthCheckConf = Static<typeof conf>;
