import { Type, type Static } from 'typebox';

import { headerModifierProperties } from '../../model/header-modifier.js';
import { nested } from '../../model/nested.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const rate = (description: string) =>
  Type.Object(
    {
      num: nested.uint32({ description: 'How many are let through in an interval.' }),
      interval: nested.duration({ description: 'The interval; more than 50ms.' }),
    },
    { description },
  );

const disabled = Type.Optional(Type.Boolean({ description: 'Takes the limit out of effect.' }));

const http = Type.Object(
  {
    disabled,
    requestRate: Type.Optional(rate('How many requests are let through.')),
    onRateLimit: Type.Optional(
      Type.Object(
        {
          status: Type.Optional(nested.uint32({ description: 'The status of the answer.' })),
          headers: Type.Optional(Type.Object(headerModifierProperties, { description: 'Headers of the answer.' })),
        },
        { description: 'How requests beyond the limit are answered.' },
      ),
    ),
  },
  { description: 'A limit of HTTP requests.' },
);

const tcp = Type.Object(
  { disabled, connectionRate: Type.Optional(rate('How many connections are let through.')) },
  { description: 'A limit of connections.' },
);

const conf = Type.Object({
  local: Type.Optional(
    Type.Object(
      { http: Type.Optional(http), tcp: Type.Optional(tcp) },
      { description: 'Limits that every proxy counts by itself.' },
    ),
  ),
});

/** The spec of a MeshRateLimit: the one truth of its shape. */
export const meshRateLimitSchema = Type.Object(
  { targetRef: targetRefSchema, from: peersOf(conf, 'Limits of what clients send.') },
  { description: 'Limits how many requests and connections selected proxies take.' },
);

export type MeshRateLimit = Static<typeof meshRateLimitSchema>;
export type MeshRateLimitConf = Static<typeof conf>;
