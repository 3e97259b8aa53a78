import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { trafficRouteKind } from './kind.js';

const to = { 'kuma.io/service': 'backend' };
const withHttp = (...http: readonly unknown[]) => ({ destination: to, http });
const withMatch = (match: unknown) => withHttp({ match, destination: to });
const withModify = (modify: unknown, path: unknown = { prefix: '/a' }) =>
  withHttp({ match: { path }, modify, destination: to });
const empty = 'cannot be empty';
const options = 'cannot be empty. Available options: "exact", "split" or "regex"';
const either = 'requires either "destination" or "split"';
const noWeight = 'there must be at least one split entry with weight above 0';
const oneTag = 'must have at least one tag';
const missing = 'mandatory tag "kuma.io/service" is missing';
const reserved = 'host header and HTTP/2 pseudo-headers are not allowed to be modified';
const bad = [
  { name: '' },
  { name: 'host', value: 'a' },
  { name: 'Host', value: 'a' },
  { name: ':path', value: 'a' },
  { name: 'HOST', value: 'a' },
];
const badHeaders = (section: string): readonly string[] => [
  `conf.http[0].modify.${section}.add[0].name: ${empty}`,
  `conf.http[0].modify.${section}.add[0].value: ${empty}`,
  ...[1, 2, 3].map((i) => `conf.http[0].modify.${section}.add[${i}].name: ${reserved}`),
  `conf.http[0].modify.${section}.remove[0].name: ${empty}`,
  ...[1, 2, 3].map((i) => `conf.http[0].modify.${section}.remove[${i}].name: ${reserved}`),
];

describeLegacyPolicy(trafficRouteKind, {
  sources: 'byService',
  destinations: 'byServiceOnly',
  judged: [
    ['a missing conf', undefined, [`conf: ${empty}`]],
    ['a conf without destination; an empty split is none', { split: [] }, [`conf: ${either}`]],
    [
      'a destination and a split',
      { destination: to, split: [{ weight: 1, destination: to }] },
      ['conf: "split" cannot be defined at the same time as "destination"'],
    ],
    [
      'an empty destination, which counts as one',
      { destination: {} },
      [`conf.destination: ${oneTag}`, `conf.destination: ${missing}`],
    ],
    ['selectors as destinations', { destination: { 'kuma.io/service': '*', a: 'b/c' } }, []],
    [
      'entries without anything',
      { split: [{}] },
      [
        'conf.split[0].weight: needs to be defined',
        `conf.split[0].destination: ${oneTag}`,
        `conf.split[0].destination: ${missing}`,
        `conf.split: ${noWeight}`,
      ],
    ],
    [
      'weights that add up to nothing in 32 bits',
      {
        split: [
          { weight: 4_294_967_295, destination: to },
          { weight: 1, destination: to },
        ],
      },
      [`conf.split: ${noWeight}`],
    ],
    ...[undefined, {}].map(
      (match) =>
        [
          `a match that is ${match === undefined ? 'missing' : 'empty'}`,
          withMatch(match),
          [
            'conf.http[0].match: must be present and contain at least one of the elements: "method", "path" or "headers"',
          ],
        ] as const,
    ),
    [
      'matchers without anything',
      withMatch({ method: {}, path: {}, headers: { b: {}, '': {} } }),
      [
        `conf.http[0].match.method: ${options}`,
        `conf.http[0].match.path: ${options}`,
        `conf.http[0].match.headers[""]: ${empty}`,
        `conf.http[0].match.headers[""]: ${options}`,
        `conf.http[0].match.headers["b"]: ${options}`,
      ],
    ],
    ['no headers', withMatch({ headers: {} }), ['conf.http[0].match.headers: must contain at least one element']],
    [
      'empty matchers',
      withMatch({ method: { exact: '' }, path: { prefix: '' }, headers: { a: { regex: '' } } }),
      [`conf.http[0].match.path.prefix: ${empty}`, `conf.http[0].match.headers["a"].regex: ${empty}`],
    ],
    ['any regular expression', withMatch({ path: { regex: '(' } }), []],
    [
      'changes of path and host without anything',
      withModify({ path: {}, host: {} }),
      [
        'conf.http[0].modify.path: either "rewritePrefix" or "regex" has to be set',
        'conf.http[0].modify.host: either "value" or "fromPath" has to be set',
      ],
    ],
    [
      'empty changes of path and host',
      withModify({ path: { rewritePrefix: '' }, host: { value: '' } }),
      [`conf.http[0].modify.path.rewritePrefix: ${empty}`, `conf.http[0].modify.host.value: ${empty}`],
    ],
    [
      'replacements without anything',
      withModify({ path: { regex: {} }, host: { fromPath: {} } }),
      [
        `conf.http[0].modify.path.regex.pattern: ${empty}`,
        `conf.http[0].modify.path.regex.substitution: ${empty}`,
        `conf.http[0].modify.host.fromPath.pattern: ${empty}`,
        `conf.http[0].modify.host.fromPath.substitution: ${empty}`,
      ],
    ],
    [
      'a new prefix where none is matched',
      withModify({ path: { rewritePrefix: '/b' } }, { exact: '/a' }),
      ['conf.http[0].modify.path.rewritePrefix: can only be set when .http.match.path.prefix is not empty'],
    ],
    [
      'headers of requests and responses',
      withModify({ requestHeaders: { add: bad, remove: bad }, responseHeaders: { add: bad, remove: bad } }),
      [...badHeaders('requestHeaders'), ...badHeaders('responseHeaders')],
    ],
    [
      'routes by index, the load balancer after all',
      {
        ...withHttp({ match: { path: { exact: '' } } }, { match: { path: { exact: '' } }, split: [{}] }),
        loadBalancer: { leastRequest: { choiceCount: 1 } },
      },
      [
        `conf.http[0]: ${either}`,
        'conf.http[1].split[0].weight: needs to be defined',
        `conf.http[1].split[0].destination: ${oneTag}`,
        `conf.http[1].split[0].destination: ${missing}`,
        `conf.http[1].split: ${noWeight}`,
        'conf.loadBalancer.leastRequest.choiceCount: value must be greater than or equal to 2',
      ],
    ],
    ...[{}, { leastRequest: {} }, { ringHash: { hashFunction: 'XX_HASH' } }].map(
      (loadBalancer) =>
        [`the load balancer ${JSON.stringify(loadBalancer)}`, { destination: to, loadBalancer }, []] as const,
    ),
    [
      'an unknown hash function',
      { destination: to, loadBalancer: { ringHash: { hashFunction: 'xx_hash' } } },
      ['conf.loadBalancer.ringHash.hashFunction: must have a valid hash function'],
    ],
  ],
  read: [
    [
      'the other names, and the last of several load balancers',
      {
        destination: to,
        load_balancer: {
          ring_hash: { hash_function: 'a', min_ring_size: 5, max_ring_size: '6' },
          least_request: { choice_count: 3 },
          round_robin: {},
        },
      },
      {
        loadBalancer: { ringHash: { hashFunction: 'a', minRingSize: '5', maxRingSize: '6' } },
        destination: to,
      },
    ],
    ['an empty matcher as it is', withMatch({ path: { exact: '' } }), withMatch({ path: { exact: '' } })],
  ],
});
