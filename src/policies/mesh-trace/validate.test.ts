import { expect, it } from 'vitest';

import type { MeshTrace, MeshTraceConf, TraceBackend } from './schema.js';
import { validateMeshTrace } from './validate.js';

const trace = (conf: MeshTraceConf): MeshTrace => ({ targetRef: { kind: 'Mesh' }, default: { backends: [], ...conf } });
const to = (...backends: TraceBackend[]): MeshTrace => trace({ backends });
const zipkin = (url: string): MeshTrace => to({ type: 'Zipkin', zipkin: { url } });
const datadog = (url: string): MeshTrace => to({ type: 'Datadog', datadog: { url } });

const backend = 'spec.default.backends[0]';
const sampling = 'spec.default.sampling';
const noPort = 'port must be a valid (1-65535)';

interface Case {
  readonly name: string;
  readonly spec: MeshTrace;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'no tracing', spec: to() },
  {
    name: 'nothing, of proxies of a kind that is not for them',
    spec: { targetRef: { kind: 'MeshGateway', name: 'a' }, default: {} },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.default.backends: must be defined'],
  },
  {
    name: 'two backends',
    spec: to({ type: 'Zipkin' }, { type: 'Zipkin' }),
    violations: ['spec.default.backends: must have zero or one backend defined'],
  },
  ...(
    [
      ['Zipkin', 'zipkin'],
      ['Datadog', 'datadog'],
      ['OpenTelemetry', 'openTelemetry'],
    ] as const
  ).map(([type, field]) => ({
    name: `${type} without its object`,
    spec: to({ type }),
    violations: [`${backend}.${field}: must be defined`],
  })),
  { name: 'OpenTelemetry', spec: to({ type: 'OpenTelemetry', openTelemetry: { endpoint: 'x' }, zipkin: { url: '' } }) },
  { name: 'Zipkin', spec: zipkin('http://zipkin:9411/api/v2/spans') },
  { name: 'Zipkin without URL', spec: zipkin(''), violations: [`${backend}.zipkin.url: must not be empty`] },
  { name: 'Zipkin at a name', spec: zipkin('zipkin'), violations: [`${backend}.zipkin.url: must be a valid url`] },
  ...['http://d:8126', 'HTTP://d:08126', 'http://d:8126?', 'http://:65535'].map((url) => ({
    name: `Datadog at ${url}`,
    spec: datadog(url),
  })),
  ...(
    [
      ['', 'must be a valid url'],
      ['http://d:8126#f', 'must be a valid url'],
      ['https://d:1', 'scheme must be http'],
      ['http:', 'port must be defined'],
      ['http://d', 'port must be defined'],
      ['http://d:0', noPort],
      ['http://d:65536', noPort],
      ['d:8126', 'scheme must be http', 'port must be defined', 'opaque must not be defined'],
      ['http://@d:1', 'user must not be defined'],
      ['http://d:1/', 'path must not be defined'],
      ['http://d:1??', 'query must not be defined'],
      ['http:/x?y', 'port must be defined', 'path must not be defined', 'query must not be defined'],
      ['//u@d:1', 'scheme must be http', 'port must be defined', 'path must not be defined'],
    ] as const
  ).map(([url, ...messages]) => ({
    name: `Datadog at '${url}'`,
    spec: datadog(url),
    violations: messages.map((message) => `${backend}.datadog.url: ${message}`),
  })),
  {
    name: 'tags without name, and without exactly one value',
    spec: trace({
      tags: [
        { name: '', literal: '' },
        { name: 'a', header: { name: '' } },
        { name: 'a' },
        { name: 'a', literal: 'b', header: { name: 'c' } },
      ],
    }),
    violations: [
      'spec.default.tags[0].name: must not be empty',
      'spec.default.tags[2]: tag must have only one type defined: header, literal',
      'spec.default.tags[3]: tag must have only one type defined: header, literal',
    ],
  },
  { name: 'percentages at their limits', spec: trace({ sampling: { client: 0, random: '100', overall: '1e-2' } }) },
  {
    name: 'percentages out of bounds or no numbers',
    spec: trace({ sampling: { overall: 101, random: '-0.1', client: 'x' } }),
    violations: [
      `${sampling}.client: string is not a number`,
      `${sampling}.random: must be between 0 and 100`,
      `${sampling}.overall: must be between 0 and 100`,
    ],
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshTrace(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
