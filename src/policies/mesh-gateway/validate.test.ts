import { describeFlatKind } from '../../../test/kinds/flat-kind.js';
import { meshGatewayKind } from './kind.js';

const selectors = [{ match: { 'kuma.io/service': 'edge' } }];
const withListeners = (...listeners: readonly object[]) => ({ selectors, conf: { listeners } });
const http = { port: 80, protocol: 'HTTP' };
const https = { port: 443, protocol: 'HTTPS' };
const empty = 'cannot be empty';
const conflict = 'protocol conflicts with other listeners on this port';
const repeated = 'multiple listeners for hostname on this port';
const limits = 'conflicting values for this port';
const limited = (connectionLimit: number) => ({ resources: { connectionLimit } });
const reserved = ['kuma.io/external-service-name', 'kuma.io/protocol', 'kuma.io/service', 'kuma.io/zone'];

describeFlatKind(meshGatewayKind, {
  judged: [
    ['what is missing', {}, ['selectors: must have at least one element', `conf: ${empty}`]],
    [
      'a selector without tags, and no listeners',
      { selectors: [{}], conf: {} },
      [
        'selectors[0].match: must have at least one tag',
        'selectors[0].match: mandatory tag "kuma.io/service" is missing',
        `conf.listeners: ${empty}`,
      ],
    ],
    [
      'several selectors when a listener is for other meshes',
      {
        selectors: [...selectors, ...selectors],
        conf: { listeners: [http, { ...http, hostname: 'a', crossMesh: true }] },
      },
      ['selectors[1]: there can be at most one selector'],
    ],
    ['several selectors otherwise', { selectors: [...selectors, ...selectors], conf: { listeners: [http] } }, []],
    [
      'tags that Dataplanes have, on the gateway and on listeners',
      {
        selectors,
        tags: Object.fromEntries(reserved.map((key) => [key, 'a'])),
        conf: { listeners: [{ ...http, tags: { 'kuma.io/zone': '*', a: 'b/c', b: '' } }] },
      },
      [
        ...reserved.map((key) => `tags["${key}"]: tag name must not be "${key}"`),
        'conf.listeners[0].tags["b"]: tag value must be non-empty',
        'conf.listeners[0].tags["kuma.io/zone"]: tag name must not be "kuma.io/zone"',
      ],
    ],
    [
      'a listener without anything',
      withListeners({}),
      ['conf.listeners[0].port: port must be in the range [1, 65535]', `conf.listeners[0].protocol: ${empty}`],
    ],
    ...['', '*', '*.a', 'a.b-c.d', '1.2.3.4', 'x'.repeat(300)].map(
      (hostname) => [`the host name "${hostname}"`, withListeners({ ...http, hostname }), []] as const,
    ),
    ...['A', 'a.', '.a', 'a..b', '-a', 'a-', 'a_b', 'a.*', '**'].map(
      (hostname) =>
        [
          `the host name "${hostname}"`,
          withListeners({ ...http, hostname }),
          ['conf.listeners[0].hostname: invalid hostname'],
        ] as const,
    ),
    ...['*.', '*.*', '*.A'].map(
      (hostname) =>
        [
          `the host name "${hostname}"`,
          withListeners({ ...http, hostname }),
          ['conf.listeners[0].hostname: invalid wildcard domain'],
        ] as const,
    ),
    ['protocols without TLS', withListeners({ port: 1, protocol: 'TCP' }, { port: 2, protocol: 'TLS' }), []],
    ['an unknown protocol', withListeners({ port: 1, protocol: 2 }), []],
    ['HTTPS without TLS', withListeners(https), [`conf.listeners[0].tls: ${empty}`]],
    [
      'HTTPS that the backend ends',
      withListeners({ ...https, tls: { mode: 'PASSTHROUGH' } }),
      ['conf.listeners[0].tls.mode: mode is not supported on HTTPS listeners'],
    ],
    ['TLS without a mode', withListeners({ ...http, tls: {} }), [`conf.listeners[0].tls.mode: ${empty}`]],
    [
      'TLS that ends without a certificate',
      withListeners({ ...https, tls: { mode: 'TERMINATE' } }),
      ['conf.listeners[0].tls.certificates: cannot be empty in TLS termination mode'],
    ],
    ['two certificates', withListeners({ ...https, tls: { mode: 'TERMINATE', certificates: [{}, {}] } }), []],
    [
      'three certificates',
      withListeners({ ...https, tls: { mode: 'TERMINATE', certificates: [{}, {}, {}] } }),
      ['conf.listeners[0].tls.certificates: cannot have more than 2 certificates'],
    ],
    [
      'TLS for other meshes',
      withListeners(
        { ...https, crossMesh: true },
        { ...http, crossMesh: true, tls: { options: {} } },
        { port: 81, protocol: 'HTTP', crossMesh: true, tls: { mode: 'PASSTHROUGH' } },
        { port: 82, protocol: 'HTTP', crossMesh: true, tls: { certificates: [{}] } },
      ),
      [
        'conf.listeners[0].protocol: protocol is not supported with crossMesh',
        'conf.listeners[2].tls: must be empty with crossMesh',
        'conf.listeners[3].tls: must be empty with crossMesh',
      ],
    ],
    [
      'what listeners of one port must have in common or not, after each listener by itself',
      withListeners(
        { ...http, ...limited(1) },
        { port: 80, protocol: 'TCP', hostname: '*', ...limited(2) },
        { port: 81, protocol: 'TCP', hostname: 'a' },
        { port: 81, protocol: 'TCP', hostname: 'b', ...limited(3) },
        { port: 82, protocol: 'TCP', hostname: 'A' },
      ),
      [
        'conf.listeners[4].hostname: invalid hostname',
        `conf.listeners[0]: ${conflict}`,
        `conf.listeners[1]: ${conflict}`,
        `conf.listeners[0]: ${repeated}`,
        `conf.listeners[1]: ${repeated}`,
        `conf.listeners[0].resources.connectionLimit: ${limits}`,
        `conf.listeners[1].resources.connectionLimit: ${limits}`,
      ],
    ],
  ],
  read: [
    [
      'the other name, protocols by number, zeros',
      withListeners({ port: '1', protocol: 3, crossMesh: false, resources: { connection_limit: 5 } }),
      withListeners({ port: 1, protocol: 'TLS', resources: { connectionLimit: 5 } }),
    ],
    [
      'of several sources of a certificate the last one',
      withListeners({ tls: { mode: 1, certificates: [{ inlineString: 'b', secret: 'a' }] } }),
      withListeners({ tls: { mode: 'TERMINATE', certificates: [{ inlineString: 'b' }] } }),
    ],
  ],
});
