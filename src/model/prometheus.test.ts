import { expect, it } from 'vitest';

import { checkMetricsBackend } from './prometheus.js';

const clash = ['m.conf: skipMTLS and tls configuration cannot be defined together'];

it.each([
  {
    name: 'no type',
    type: undefined,
    conf: {},
    violations: ['m.type: unknown backend type. Available backends: "prometheus"'],
  },
  {
    name: 'another type, whatever its conf',
    type: 'Prometheus',
    conf: { port: 'x' },
    violations: ['m.type: unknown backend type. Available backends: "prometheus"'],
  },
  { name: 'no conf', conf: undefined, violations: [] },
  { name: 'ports beyond the range', conf: { port: 70_000, aggregate: [{ port: 70_000 }] }, violations: [] },
  {
    name: 'a conf that cannot be read',
    conf: { tls: { mode: 'x' } },
    violations: [
      'm.conf: could not parse config: tls.mode: expected one of activeMTLSBackend, providedTLS, disabled, got "x"',
    ],
  },
  { name: 'skipMTLS beside no tls', conf: { skipMTLS: true }, violations: [] },
  { name: 'skipMTLS that agrees', conf: { skipMTLS: true, tls: { mode: 'disabled' } }, violations: [] },
  { name: 'no skipMTLS that agrees', conf: { skipMTLS: false, tls: { mode: 'activeMTLSBackend' } }, violations: [] },
  { name: 'skipMTLS that does not agree', conf: { skipMTLS: true, tls: {} }, violations: clash },
  { name: 'no skipMTLS that does not agree', conf: { skipMTLS: false, tls: { mode: 'disabled' } }, violations: clash },
  {
    name: 'providedTLS, which never agrees',
    conf: { skipMTLS: false, tls: { mode: 'providedTLS' } },
    violations: clash,
  },
  {
    name: 'a clash before all else',
    conf: { skipMTLS: true, tls: {}, envoy: { filterRegex: '(' }, aggregate: [{}, {}] },
    violations: clash,
  },
  {
    name: 'a broken expression before names',
    conf: { envoy: { filterRegex: 'a(' }, aggregate: [{}, {}] },
    violations: [
      "m.conf.envoy.filterRegex: provided regexp isn't correct: error parsing regexp: missing closing ): `a(`",
    ],
  },
  {
    name: 'every repetition of a name',
    conf: { aggregate: [{ name: 'a' }, {}, { name: 'a' }, { name: '' }, { name: 'a' }] },
    violations: ['2', '3', '4'].map(
      (i) => `m.conf.aggregate[${i}].name: duplicate entry: ${i === '3' ? '' : 'a'}, values have to be unique`,
    ),
  },
])('a backend of metrics with $name', ({ conf, violations, ...rest }) => {
  const type = 'type' in rest ? rest.type : 'prometheus';
  expect(checkMetricsBackend('m', type, conf).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
