import { describeFlatKind } from '../../../test/kinds/flat-kind.js';
import { externalService } from './kind.js';

const tags = { 'kuma.io/service': 'es' };
const at = (address: string, tls: object = {}) => ({ networking: { address, tls }, tags });
const missing = 'mandatory tag "kuma.io/service" is missing';
const [unsplit, noHost, noPort, outOfRange] = [
  'unable to parse address',
  'address has to be a valid IP address or a domain name',
  'unable to parse port in address',
  'port must be in the range [1, 65535]',
].map((message) => `networking.address: ${message}`);

describeFlatKind(externalService, {
  judged: [
    ['what is missing', {}, ['networking: should have networking', `tags: ${missing}`]],
    ['an empty address', { networking: {}, tags }, ["networking.address: address can't be empty"]],
    ...['a_b.c:1', '0.0.0.0:80', '[::1]:65535', 'a:080'].map(
      (address) => [`the address ${address}`, at(address), []] as const,
    ),
    ...(
      [
        ['a', [unsplit, noHost, noPort, outOfRange]],
        ['a b:80', [noHost]],
        ['[::1%eth0]:80', [noHost]],
        ['a:', [noPort, outOfRange]],
        ['a:-1', [noPort, outOfRange]],
        ['a:4294967296', [noPort, outOfRange]],
        ['a:0', [outOfRange]],
        ['a:65536', [outOfRange]],
      ] as const
    ).map(([address, violations]) => [`the address ${address}`, at(address), violations as readonly string[]] as const),
    [
      'TLS after the address, before the tags; the protocol before all other tags',
      {
        networking: {
          address: 'a:1',
          tls: { clientKey: {}, clientCert: { file: '' }, caCert: { secret: 'a', inline: '' }, serverName: '' },
        },
        tags: { 'kuma.io/protocol': 'udp', '': '', a: 'b/c' },
      },
      [
        'networking.tls.serverName: cannot be empty',
        'networking.tls.caCert: data source cannot be empty',
        'networking.tls.clientCert: data source cannot be empty',
        'networking.tls.clientKey: data source cannot be empty',
        'tags["kuma.io/protocol"]: tag "kuma.io/protocol" has an invalid value "udp". Allowed values: grpc, http, http2, kafka, tcp',
        'tags: tag name must be non-empty',
        'tags[""]: tag value must be non-empty',
        'tags["a"]: tag value must consist of alphanumeric characters, dots, dashes and underscores',
        `tags: ${missing}`,
      ],
    ],
    [
      'every source of data',
      at('a:1', { caCert: { inline: 'YQ==' }, clientCert: { inlineString: 'a' }, clientKey: { secret: 'a' } }),
      [],
    ],
    ['a file as a source of data', at('a:1', { caCert: { file: '/a' } }), []],
  ],
  read: [
    [
      'the other names, and false where it counts as set',
      {
        networking: {
          tls: {
            skipHostnameVerification: false,
            server_name: 'a',
            allowRenegotiation: false,
            client_key: { file: 'c', secret: null },
            client_cert: { inlineString: '', secret: 'b' },
            ca_cert: { inline: 'YQ==', inline_string: 'a' },
            enabled: false,
          },
          disableHostDNSEntry: true,
        },
      },
      {
        networking: {
          tls: {
            caCert: { inline: 'YQ==' },
            clientCert: { inlineString: '' },
            clientKey: { file: 'c' },
            allowRenegotiation: false,
            serverName: 'a',
            skipHostnameVerification: false,
          },
          disableHostDNSEntry: true,
        },
      },
    ],
  ],
});
