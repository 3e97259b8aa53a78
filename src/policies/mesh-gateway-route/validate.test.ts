import { describeFlatKind } from '../../../test/kinds/flat-kind.js';
import { meshGatewayRouteKind } from './kind.js';

const selectors = [{ match: { 'kuma.io/service': 'edge' } }];
const withRules = (...rules: readonly unknown[]) => ({ selectors, conf: { http: { rules } } });
const matches = [{ path: { match: 'PREFIX', value: '/' } }];
const backends = [{ destination: { 'kuma.io/service': 'backend' } }];
const withMatches = (...each: readonly unknown[]) => withRules({ matches: each, backends });
const withFilters = (...filters: readonly unknown[]) => withRules({ matches, filters, backends });
const withRedirect = (redirect: unknown, rest: object = {}) => withRules({ matches, filters: [{ redirect }], ...rest });
const rule = 'conf.http.rules[0]';
const empty = 'cannot be empty';
const absolute = 'must be an absolute path';
const oneTag = 'must have at least one tag';
const missing = 'mandatory tag "kuma.io/service" is missing';
const hostChange = (name: string): string =>
  `cannot modify '${name}' header, when route has set 'rewrite.host_to_backend_hostname' option`;

describeFlatKind(meshGatewayRouteKind, {
  judged: [
    ['what is missing', {}, ['selectors: must have at least one element', `conf: ${empty}`]],
    [
      'a selector without tags, and a conf without routes',
      { selectors: [{}], conf: {} },
      [`selectors[0].match: ${oneTag}`, `selectors[0].match: ${missing}`, `conf: ${empty}`],
    ],
    ['anything of TCP', { selectors, conf: { tcp: {} } }, []],
    ['HTTP without rules', withRules(), [`conf.http.rules: ${empty}`]],
    ['a rule without matches, and nothing else of it', withRules({ backends: [{}] }), [`${rule}.matches: ${empty}`]],
    ['a match without anything', withMatches({}), [`${rule}.matches[0]: ${empty}`]],
    [
      'paths',
      withMatches(
        { path: {} },
        { path: { match: 'PREFIX', value: 'a' } },
        { path: { match: 7, value: 'a' } },
        { path: { match: 'REGEX' } },
        { path: { match: 'REGEX', value: '(' } },
      ),
      [...[0, 1, 2].map((i) => `${rule}.matches[${i}].value: ${absolute}`), `${rule}.matches[3].value: ${empty}`],
    ],
    [
      'headers, which have a value or none',
      withMatches({
        headers: [
          {},
          { match: 'REGEX', name: 'a' },
          { match: 'ABSENT', name: 'a', value: 'b' },
          { match: 'PRESENT', name: 'a', value: 'b' },
          { match: 'ABSENT', name: 'a' },
          { name: 'a', value: 'b' },
        ],
      }),
      [
        `${rule}.matches[0].headers[0].name: ${empty}`,
        `${rule}.matches[0].headers[0].value: ${empty}`,
        `${rule}.matches[0].headers[1].value: ${empty}`,
        `${rule}.matches[0].headers[2].value: cannot be set`,
        `${rule}.matches[0].headers[3].value: cannot be set`,
      ],
    ],
    [
      'parameters of the query',
      withMatches({ method: 'GET', queryParameters: [{}] }),
      [
        `${rule}.matches[0].query_parameters[0].name: ${empty}`,
        `${rule}.matches[0].query_parameters[0].value: ${empty}`,
      ],
    ],
    ['filters without anything', withFilters({}, { responseHeader: { set: [{}] } }, { rewrite: {} }), []],
    [
      'headers of requests',
      withFilters({ requestHeader: {} }, { requestHeader: { set: [{}], add: [{}], remove: [''] } }),
      [
        `${rule}.filters[0].request_header: ${empty}`,
        `${rule}.filters[1].request_header.set[0].name: ${empty}`,
        `${rule}.filters[1].request_header.set[0].value: ${empty}`,
        `${rule}.filters[1].request_header.add[0].name: ${empty}`,
        `${rule}.filters[1].request_header.add[0].value: ${empty}`,
        `${rule}.filters[1].request_header.remove[0]: ${empty}`,
      ],
    ],
    [
      'changes of the host, alone and beside a filter that makes it that of the backend, which does not count',
      withRules(
        { matches, backends, filters: [{ requestHeader: { set: [{ name: 'Host', value: 'a' }] } }] },
        {
          matches,
          backends,
          filters: [
            { rewrite: { hostToBackendHostname: true, replacePrefixMatch: '' } },
            {
              requestHeader: {
                set: [
                  { name: 'host', value: 'a' },
                  { name: 'HOST', value: 'a' },
                ],
                add: [{ name: ':authority' }, { name: 'Host', value: 'a' }],
              },
            },
          ],
        },
      ),
      [
        `conf.http.rules[1].filters[0].request_header.set[0]: ${hostChange('host')}`,
        `conf.http.rules[1].filters[0].request_header.add[0]: ${hostChange(':authority')}`,
        `conf.http.rules[1].filters[0].request_header.add[0].value: ${empty}`,
        `conf.http.rules[1].filters[0].request_header.add[1]: ${hostChange('Host')}`,
      ],
    ],
    [
      'copies',
      withFilters(
        { mirror: {} },
        { mirror: { backend: {}, percentage: 100.5 } },
        { mirror: { backend: { destination: { a: '' } }, percentage: 'NaN' } },
      ),
      [
        `${rule}.filters[0].mirror.percentage: ${empty}`,
        `${rule}.filters[0].mirror.backend: ${empty}`,
        `${rule}.filters[1].mirror.percentage: has to be in [0.0 - 100.0] range`,
        `${rule}.filters[1].mirror.backend: ${oneTag}`,
        `${rule}.filters[1].mirror.backend: ${missing}`,
        `${rule}.filters[2].mirror.backend["a"]: tag value must be non-empty`,
        `${rule}.filters[2].mirror.backend: ${missing}`,
      ],
    ],
    [
      'a new prefix where none is matched',
      withRules({ matches: [{ path: { value: '/' } }], filters: [{ rewrite: { replacePrefixMatch: '' } }], backends }),
      [`${rule}.filters[0].rewrite.replacePrefixMatch: cannot be used without a match on path prefix`],
    ],
    ['a new prefix where one is matched', withFilters({ rewrite: { replacePrefixMatch: '/a' } }), []],
    ...[299, 309].map(
      (statusCode) =>
        [
          `a redirection with status ${statusCode} to no port`,
          withRedirect({ statusCode, port: 65_536 }),
          [
            `${rule}.filters[0].redirect.port: port must be in the range [1, 65535]`,
            `${rule}.filters[0].redirect.status_code: must be in the range [300, 308]`,
          ],
        ] as const,
    ),
    ['a redirection', withRedirect({ statusCode: 300, path: { replacePrefixMatch: '/' } }), []],
    [
      'a redirection and backends',
      withRedirect({ statusCode: 308 }, { backends: [{}] }),
      [
        `${rule}.backends: must be empty when using redirect filters`,
        `${rule}.backends[0]: ${oneTag}`,
        `${rule}.backends[0]: ${missing}`,
      ],
    ],
    [
      'a redirection and another filter, and nothing else then',
      withRedirect({ statusCode: 300 }, { filters: [{ redirect: {} }, { rewrite: { hostToBackendHostname: true } }] }),
      [
        `${rule}.filters[0].redirect.status_code: must be in the range [300, 308]`,
        `${rule}.filters: redirects cannot be used with other filters`,
      ],
    ],
    ['a rule without backends', withRules({ matches }), [`${rule}.backends: ${empty}`]],
    [
      'backends by index, of every rule',
      withRules({ matches, backends }, { matches, backends: [...backends, { destination: { a: '*' } }] }),
      [`conf.http.rules[1].backends[1]: ${missing}`],
    ],
  ],
  read: [
    [
      'the other names; HTTP wins over TCP, weights of zero are not printed',
      {
        conf: {
          http: {
            rules: [
              {
                filters: [
                  { request_header: {}, mirror: null },
                  { response_header: {}, rewrite: {} },
                  { redirect: { status_code: 301, path: { replace_full: '/a' } } },
                  { rewrite: { replace_prefix_match: '', host_to_backend_hostname: true, replaceFull: 'a' } },
                ],
                backends: [{ weight: 0 }],
                matches: [{ query_parameters: [{ match: 1 }], method: 3 }],
              },
            ],
          },
          tcp: {},
        },
      },
      {
        conf: {
          http: {
            rules: [
              {
                matches: [{ method: 'GET', queryParameters: [{ match: 'REGEX' }] }],
                filters: [
                  { requestHeader: {} },
                  { responseHeader: {} },
                  { redirect: { statusCode: 301, path: { replaceFull: '/a' } } },
                  { rewrite: { replacePrefixMatch: '', hostToBackendHostname: true } },
                ],
                backends: [{}],
              },
            ],
          },
        },
      },
    ],
  ],
});
