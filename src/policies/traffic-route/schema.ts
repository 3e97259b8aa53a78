import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const destination = () =>
  proto.map(proto.string(), {
    keepEmpty: true,
    description:
      'Tags of the instances that take the traffic; `kuma.io/service` is required, `*` stands for any value.',
  });

const split = () =>
  proto.repeated(
    proto.message(
      {
        weight: proto.uint32Value({ description: 'Share of the traffic, in relation to the other weights.' }),
        destination: destination(),
      },
      { description: 'One destination and its share.' },
    ),
    { description: 'Destinations among which the traffic is split; excludes `destination`.' },
  );

const stringMatcher = (description: string) =>
  proto.message(
    {
      prefix: proto.string({ oneof: 'matcherType', description: 'The value begins with this.' }),
      exact: proto.string({ oneof: 'matcherType', description: 'The value is this.' }),
      regex: proto.string({ oneof: 'matcherType', description: 'The whole value matches this, in the syntax of RE2.' }),
    },
    { description },
  );

const regexReplace = (oneof: string, description: string) =>
  proto.message(
    {
      pattern: proto.string({ description: 'What is replaced, in the syntax of RE2.' }),
      substitution: proto.string({ description: 'What it is replaced by; `\\1` stands for the first group.' }),
    },
    { oneof, description },
  );

const headerChanges = (description: string) =>
  proto.message(
    {
      add: proto.repeated(
        proto.message(
          {
            name: proto.string({ description: 'Name of the header.' }),
            value: proto.string({ description: 'Its value.' }),
            append: proto.bool({
              description: 'The value is added to those that are there; absent = it replaces them.',
            }),
          },
          { description: 'A header.' },
        ),
        { description: 'Headers to set.' },
      ),
      remove: proto.repeated(
        proto.message({ name: proto.string({ description: 'Name of the header.' }) }, { description: 'A header.' }),
        { description: 'Headers to remove.' },
      ),
    },
    { description },
  );

const http = proto.message(
  {
    match: proto.message(
      {
        method: stringMatcher('The method of the request.'),
        path: stringMatcher('The path of the request.'),
        headers: proto.map(stringMatcher('The value of the header.'), {
          keepEmpty: true,
          description: 'Headers of the request by name.',
        }),
      },
      { description: 'The requests that are meant; at least one of the fields is set, all that are set must hold.' },
    ),
    modify: proto.message(
      {
        path: proto.message(
          {
            rewritePrefix: proto.string({ oneof: 'type', description: 'Replaces the prefix that was matched.' }),
            regex: regexReplace('type', 'Replaces parts of the path.'),
          },
          { description: 'A new path.' },
        ),
        host: proto.message(
          {
            value: proto.string({ oneof: 'type', description: 'The host.' }),
            fromPath: regexReplace('type', 'The host is made of the path.'),
          },
          { description: 'A new Host header.' },
        ),
        requestHeaders: headerChanges('Changes of the headers of requests.'),
        responseHeaders: headerChanges('Changes of the headers of responses.'),
      },
      { description: 'What is changed in requests and responses.' },
    ),
    split: split(),
    destination: destination(),
  },
  { description: 'A route for some of the requests.' },
);

const loadBalancer = proto.message(
  {
    roundRobin: proto.message(
      {},
      { alt: 'round_robin', oneof: 'lbType', description: 'One endpoint after the other; the default.' },
    ),
    leastRequest: proto.message(
      {
        choiceCount: proto.uint32({
          alt: 'choice_count',
          description: 'How many endpoints are compared, at least 2; absent = 2.',
        }),
      },
      { alt: 'least_request', oneof: 'lbType', description: 'Of some endpoints the one with the fewest requests.' },
    ),
    ringHash: proto.message(
      {
        hashFunction: proto.string({ alt: 'hash_function', description: '`XX_HASH` or `MURMUR_HASH_2`.' }),
        minRingSize: proto.uint64({ alt: 'min_ring_size', description: 'Least number of places on the ring.' }),
        maxRingSize: proto.uint64({ alt: 'max_ring_size', description: 'Greatest number of places on the ring.' }),
      },
      { alt: 'ring_hash', oneof: 'lbType', description: 'Consistent hashing on a ring.' },
    ),
    random: proto.message({}, { oneof: 'lbType', description: 'Any endpoint.' }),
    maglev: proto.message({}, { oneof: 'lbType', description: 'Consistent hashing with a table.' }),
  },
  { alt: 'load_balancer', description: 'How an endpoint is chosen.' },
);

/** The spec of a TrafficRoute: the one truth of its shape. */
export const trafficRouteSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      {
        split: split(),
        loadBalancer,
        destination: destination(),
        http: proto.repeated(http, {
          description: 'Routes for requests, if the service speaks HTTP; the first that matches is taken.',
        }),
      },
      { description: 'Where the traffic goes.' },
    ),
  },
  { description: 'Sends connections between services elsewhere, in shares, and HTTP requests by what is in them.' },
);

/** A TrafficRoute's spec as it is stored; everything may be absent. */
export type TrafficRoute = Static<typeof trafficRouteSchema>;
