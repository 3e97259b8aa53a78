import { describeFlatKind } from '../../../test/kinds/flat-kind.js';
import { proxyTemplateKind } from './kind.js';

const withModifications = (...modifications: readonly unknown[]) => ({ conf: { modifications } });
const at = (i: number): string => `conf.modifications[${i}]`;
const invalid = 'native Envoy resource is not valid';
const cluster = 'name: a\ntype: STATIC\n';
/** Of the shape of a cluster, but against a rule of it. */
const timeless = 'name: a\nconnect_timeout: -1s\n';
const broken = `${invalid}: invalid Cluster.ConnectTimeout: value must be greater than 0s`;
const ofResource = 'invalid operation. Available operations: "add", "patch", "remove"';
const ofFilter =
  'invalid operation. Available operations: "addFirst", "addLast", "addBefore", "addAfter", "patch", "remove"';
const pick = (where: string): string =>
  `cannot be empty. You need to pick a filter ${where} which this one will be added`;

describeFlatKind(proxyTemplateKind, {
  judged: [
    ['nothing at all', {}, []],
    [
      'a selector without tags',
      { selectors: [{}] },
      [
        'selectors[0].match: must have at least one tag',
        'selectors[0].match: mandatory tag "kuma.io/service" is missing',
      ],
    ],
    [
      'imports',
      { conf: { imports: ['', 'ingress-proxy', 'x'] } },
      [
        'conf.imports[0]: cannot be empty',
        'conf.imports[2]: profile not found. Available profiles: default-proxy,egress-proxy,gateway-proxy,ingress-proxy',
      ],
    ],
    [
      'raw resources',
      {
        conf: {
          resources: [
            {},
            {
              name: 'a',
              version: 'v1',
              resource: `'@type': type.googleapis.com/envoy.config.cluster.v3.Cluster\n${timeless}`,
            },
            { name: 'a', version: 'v1', resource: cluster },
          ],
        },
      },
      [
        'conf.resources[0].name: cannot be empty',
        'conf.resources[0].version: cannot be empty',
        'conf.resources[0].resource: cannot be empty',
        `conf.resources[1].resource: ${broken}`,
        `conf.resources[2].resource: ${invalid}: google.protobuf.Any: "@type" is missing`,
      ],
    ],
    [
      'clusters and listeners',
      withModifications(
        {},
        { cluster: { operation: 'add', match: {}, value: timeless } },
        { cluster: { operation: 'patch', match: {}, value: timeless } },
        { listener: { operation: 'remove', value: '{' } },
        { listener: { operation: 'Add' } },
        { cluster: {} },
      ),
      [
        `${at(1)}.cluster.match: cannot be defined`,
        `${at(1)}.cluster.value: ${broken}`,
        `${at(4)}.listener.operation: ${ofResource}`,
        `${at(5)}.cluster.operation: ${ofResource}`,
      ],
    ],
    [
      'filters',
      withModifications(
        { networkFilter: { operation: 'addFirst', value: 'name: a' } },
        { networkFilter: { operation: 'addLast' } },
        { httpFilter: { operation: 'addBefore', match: { origin: 'a' }, value: 'name: a' } },
        { httpFilter: { operation: 'addAfter', value: 'name: a' } },
        { httpFilter: { operation: 'addAfter', match: { name: 'a' }, value: 'name: a' } },
        { networkFilter: { operation: 'patch' } },
        { networkFilter: { operation: 'remove', value: '{' } },
        { httpFilter: { operation: 'add' } },
      ),
      [
        `${at(1)}.networkFilter.value: ${invalid}: invalid Filter.Name: value length must be at least 1 runes`,
        `${at(2)}.httpFilter.match.name: ${pick('before')}`,
        `${at(3)}.httpFilter.match.name: ${pick('after')}`,
        `${at(5)}.networkFilter.match.name: cannot be empty`,
        `${at(7)}.httpFilter.operation: ${ofFilter}`,
      ],
    ],
    [
      'virtual hosts',
      withModifications(
        { virtualHost: { operation: 'add', match: { origin: 'a' }, value: 'name: a\ndomains: ["*"]' } },
        { virtualHost: { operation: 'add', match: { name: 'a' } } },
        { virtualHost: { operation: 'patch' } },
        { virtualHost: { operation: 'remove', value: '{' } },
        { virtualHost: {} },
      ),
      [
        `${at(1)}.virtualHost.match.name: cannot be defined`,
        `${at(1)}.virtualHost.value: ${invalid}: invalid VirtualHost.Name: value length must be at least 1 runes`,
        `${at(4)}.virtualHost.operation: ${ofResource}`,
      ],
    ],
  ],
  read: [
    [
      'of several members the last one',
      withModifications({ httpFilter: { value: 'b', operation: 'a', match: {} }, cluster: {} }, null),
      withModifications({ httpFilter: { match: {}, operation: 'a', value: 'b' } }, {}),
    ],
  ],
});
