import { describeFlatKind } from '../../../test/kinds/flat-kind.js';
import { virtualOutboundKind } from './kind.js';

const selectors = [{ match: { 'kuma.io/service': '*' } }];
const parameters = [
  { name: 'service', tagKey: 'kuma.io/service' },
  { name: 'port', tagKey: 'k/port' },
  { name: 'version' },
];
const withConf = (conf: object) => ({ selectors, conf: { host: 'a', port: '1', parameters, ...conf } });
const failed = 'template pre evaluation failed with error=';
const noName = (result: string): string =>
  `conf.host: ${failed}'evaluation of template with parameters didn't return a valid dns name result='${result}''`;
const noNumber = (result: string): string =>
  `conf.port: ${failed}'evaluation of template with parameters didn't evaluate to a parsable number result='${result}''`;
const outOfRange = (result: string): string =>
  `conf.port: ${failed}'evaluation of template returned a port outside of the range [1..65535] result='${result}''`;
const noService = 'conf.parameters: must contain a parameter with kuma.io/service as a tagKey';
const noKey = 'must consist of alphanumeric characters to be used as a gotemplate key';

describeFlatKind(virtualOutboundKind, {
  judged: [
    ['what is missing', {}, ['selectors: must have at least one element', 'conf: has to be defined']],
    [
      'a selector without tags, and an empty conf',
      { selectors: [{}], conf: {} },
      [
        'selectors[0].match: must have at least one tag',
        noService,
        'conf.host: has to be defined',
        'conf.port: has to be defined',
      ],
    ],
    [
      'parameters: that name the service, that have the same name, no name of a tag, no name for a template',
      withConf({
        parameters: [{ name: 'kuma.io/service' }, { name: 'a', tagKey: 'b c' }, { name: 'a' }, { name: 'b c' }, {}],
      }),
      [
        `conf.parameters[0].name: ${noKey}`,
        'conf.parameters[1].tagKey: must be a valid tag name',
        'conf.parameters[2].name: name is already used',
        'conf.parameters[3].name: must be a valid tag name if you are not setting tagKey',
        `conf.parameters[3].name: ${noKey}`,
        `conf.parameters[4].name: ${noKey}`,
        noService,
      ],
    ],
    [
      'templates of the parameters, by name or tag',
      withConf({ host: '{{.service}}.{{.version}}', port: '8{{.port}}' }),
      [],
    ],
    [
      'templates that make no name and no number',
      withConf({ host: '{{.service}} {{.nope}}', port: '{{.nope}}' }),
      [noName('dummy <no value>'), noNumber('<no value>')],
    ],
    ...['0x50', '1e3', ' 1', '', '9223372036854775808', '1'.repeat(100)].map(
      (port) => [`the port "${port}"`, withConf({ port: `{{"${port}"}}` }), [noNumber(port)]] as const,
    ),
    ...[
      ['0', '0'],
      ['-1', '-1'],
      ['65536', '65536'],
      ['+0065536', '65536'],
    ].map(([port = '', result = '']) => [`the port ${port}`, withConf({ port }), [outOfRange(result)]] as const),
    ...['+80', '0080', '65535'].map((port) => [`the port ${port}`, withConf({ port }), []] as const),
    [
      'templates that cannot be read or executed',
      withConf({ host: '{{upper .service}}', port: '{{.service.a}}' }),
      [
        `conf.host: ${failed}'failed compiling gotemplate error='template: :1: function "upper" not defined''`,
        `conf.port: ${failed}'pre evaluation of template with parameters failed with error='can't evaluate field a in type string''`,
      ],
    ],
  ],
  read: [
    [
      'the other name',
      { conf: { parameters: [{ tag_key: 'a', name: 'b' }] } },
      { conf: { parameters: [{ name: 'b', tagKey: 'a' }] } },
    ],
  ],
});
