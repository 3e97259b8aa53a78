import { describe, expect, it } from 'vitest';

import type { MeshDocument } from './schema.js';
import { validateMesh } from './validate.js';

type Mtls = NonNullable<MeshDocument['mtls']>;
type CertificateAuthority = NonNullable<Mtls['backends']>[number];
type LoggingBackend = NonNullable<NonNullable<MeshDocument['logging']>['backends']>[number];
type TracingBackend = NonNullable<NonNullable<MeshDocument['tracing']>['backends']>[number];
type MetricsBackend = NonNullable<NonNullable<MeshDocument['metrics']>['backends']>[number];

interface Case {
  readonly name: string;
  readonly spec: MeshDocument;
  readonly violations: readonly string[];
}

const withAuthorities = (...backends: readonly CertificateAuthority[]): MeshDocument => ({
  mtls: { backends: [...backends] },
});
const withExpiry = (expiration: string): MeshDocument => withAuthorities({ dpCert: { rotation: { expiration } } });
const withLogging = (...backends: readonly LoggingBackend[]): MeshDocument => ({
  logging: { backends: [...backends] },
});
const withTcp = (address: string): MeshDocument => withLogging({ name: 'l', type: 'tcp', conf: { address } });
const withTracing = (...backends: readonly TracingBackend[]): MeshDocument => ({
  tracing: { backends: [...backends] },
});
const withZipkin = (conf: Readonly<Record<string, unknown>>): MeshDocument =>
  withTracing({ name: 't', type: 'zipkin', conf });
const withDatadog = (conf: Readonly<Record<string, unknown>>, sampling: TracingBackend['sampling'] = 1): MeshDocument =>
  withTracing({ name: 't', type: 'datadog', conf, sampling });
const withMetrics = (...backends: readonly MetricsBackend[]): MeshDocument => ({
  metrics: { backends: [...backends] },
});

const badExpiry = 'mtls.dpcert.rotation.expiration: has to be a valid format';
const badAddress = 'logging.backends[0].config.address: has to be in format of HOST:PORT';
const badSampling = 'tracing.backends[0].sampling: has to be in [0.0 - 100.0] range';
const datadogConf = { address: 'a', port: 1 };

const cases: Readonly<Record<string, readonly Case[]>> = {
  'a mesh': [
    { name: 'needs nothing', spec: {}, violations: [] },
    {
      name: 'may have empty parts',
      spec: { mtls: {}, logging: {}, tracing: {}, metrics: {}, routing: {}, constraints: { dataplaneProxy: {} } },
      violations: [],
    },
    {
      name: 'names everything that is wrong, part by part',
      spec: {
        mtls: { enabledBackend: 'x' },
        tracing: { defaultBackend: 'x' },
        logging: { defaultBackend: 'x' },
        metrics: { enabledBackend: 'x' },
        constraints: { dataplaneProxy: { requirements: [{}] } },
      },
      violations: [
        'mtls.enabledBackend: has to be set to one of the backends in the mesh',
        'logging.defaultBackend: has to be set to one of the logging backend in mesh',
        'tracing.defaultBackend: has to be set to one of the tracing backend in mesh',
        'metrics.enabledBackend: has to be set to one of the backends in the mesh',
        'constraints.dataplaneProxy.requirements[0].tags: must have at least one tag',
      ],
    },
    {
      name: 'needs mTLS for the zone egress, said last',
      spec: { routing: { zoneEgress: true }, constraints: { dataplaneProxy: { restrictions: [{}] } } },
      violations: [
        'constraints.dataplaneProxy.restrictions[0].tags: must have at least one tag',
        'mtls: has to be set when zoneEgress enabled',
      ],
    },
    {
      name: 'has a zone egress with mTLS',
      spec: { routing: { zoneEgress: true }, mtls: { enabledBackend: 'a', backends: [{ name: 'a' }] } },
      violations: [],
    },
  ],
  mtls: [
    {
      name: 'leaves type and conf to the manager',
      spec: withAuthorities({ name: 'a b', type: 'nope', conf: { a: 1 } }),
      violations: [],
    },
    {
      name: 'has one backend, and names that differ',
      spec: { mtls: { enabledBackend: 'b', backends: [{ name: 'a' }, { name: 'a' }, {}, {}] } },
      violations: [
        'mtls.backends: cannot have more than 1 backends',
        'mtls.backends[1].name: "a" name is already used for another backend',
        'mtls.backends[3].name: "" name is already used for another backend',
        'mtls.enabledBackend: has to be set to one of the backends in the mesh',
      ],
    },
    ...['0', '10y', '2w', '1d', '12h', '5m', '30s', '500ms', '007d'].map((expiry) => ({
      name: `takes certificates for ${expiry}`,
      spec: withExpiry(expiry),
      violations: [],
    })),
    ...['', '1', 'd', '1h30m', '-1d', '1 d', '1D', '1.5d', '1us', '1d\n'].map((expiry) => ({
      name: `refuses certificates for "${expiry}"`,
      spec: withExpiry(expiry),
      violations: [badExpiry],
    })),
    {
      name: 'needs an expiry wherever dpCert stands',
      spec: withAuthorities({ name: 'a', dpCert: {} }, { name: 'b', dpCert: { rotation: {} } }),
      violations: ['mtls.backends: cannot have more than 1 backends', badExpiry, badExpiry],
    },
  ],
  logging: [
    {
      name: 'names what is wrong with each backend in turn',
      spec: withLogging(
        { format: '%', type: 'x' },
        { name: 'a', type: 'file', conf: { path: '/x' } },
        { name: 'a', type: 'file' },
      ),
      violations: [
        'logging.backends[0].name: cannot be empty',
        'logging.backends[0].format: format string is not valid: expected a command operator to start at position 1, instead got: "%"',
        'logging.backends[0].type: unknown backend type. Available backends: "tcp", "file"',
        'logging.backends[2].config.path: cannot be empty',
        'logging.backends[2].name: "a" name is already used for another backend',
      ],
    },
    {
      name: 'needs confs that can be read',
      spec: withLogging({ name: 'l', type: 'file', conf: { path: 1 } }),
      violations: ['logging.backends[0].config: could not parse config: path: expected a string, got 1'],
    },
    {
      name: 'knows the types as they are written',
      spec: withLogging({ name: 'l', type: 'File' }),
      violations: ['logging.backends[0].type: unknown backend type. Available backends: "tcp", "file"'],
    },
    {
      name: 'needs an address for tcp',
      spec: withLogging({ name: 'l', type: 'tcp' }),
      violations: ['logging.backends[0].config.address: cannot be empty'],
    },
    ...['a:1', '[::1]:1', 'a:x', ' :1', '[a]:1'].map((address) => ({
      name: `takes the address "${address}"`,
      spec: withTcp(address),
      violations: [],
    })),
    ...['a', 'a:', ':1', '::1', '[::1]', '[]:1', '[::1]x:1', 'a]:1', 'a[b:1', '[a]:'].map((address) => ({
      name: `refuses the address "${address}"`,
      spec: withTcp(address),
      violations: [badAddress],
    })),
    {
      name: 'takes a default backend that is there',
      spec: { logging: { defaultBackend: 'a', backends: [{ name: 'a', type: 'file', conf: { path: 'x' } }] } },
      violations: [],
    },
  ],
  tracing: [
    {
      name: 'names what is wrong with each backend in turn',
      spec: {
        tracing: {
          defaultBackend: 'b',
          backends: [
            { sampling: 101 },
            { name: 'a', type: 'datadog' },
            { name: 'a', type: 'zipkin', conf: { apiVersion: 'v2' } },
          ],
        },
      },
      violations: [
        'tracing.backends[0].name: cannot be empty',
        badSampling,
        'tracing.backends[0].type: unknown backend type. Available backends: "zipkin", "datadog"',
        'tracing.backends[1].config.address: cannot be empty',
        'tracing.backends[1].config.port: port must be in the range [1, 65535]',
        'tracing.backends[2].config.apiVersion: has invalid value. Allowed values: httpJsonV1, httpJson, httpProto',
        'tracing.backends[2].config.url: cannot be empty',
        'tracing.backends[2].name: "a" name is already used for another backend',
        'tracing.defaultBackend: has to be set to one of the tracing backend in mesh',
      ],
    },
    ...([0, 100, 'NaN'] as const).map((sampling) => ({
      name: `takes sampling ${sampling}`,
      spec: withDatadog(datadogConf, sampling),
      violations: [],
    })),
    ...([-0.1, 100.1, 'Infinity', '-Infinity'] as const).map((sampling) => ({
      name: `refuses sampling ${sampling}`,
      spec: withDatadog(datadogConf, sampling),
      violations: [badSampling],
    })),
    {
      name: 'needs confs that can be read',
      spec: withDatadog({ port: true }),
      violations: [
        'tracing.backends[0].config: could not parse config: port: expected a whole number from 0 to 4294967295, got true',
      ],
    },
    {
      name: 'takes every version of zipkin',
      spec: withTracing(
        ...['httpJsonV1', 'httpJson', 'httpProto', ''].map((apiVersion) => ({
          name: `z${apiVersion}`,
          type: 'zipkin',
          conf: { url: 'http://z:1', apiVersion, traceId128bit: true, sharedSpanContext: false },
        })),
      ),
      violations: [],
    },
    {
      name: 'needs a URL of zipkin',
      spec: withZipkin({ url: 'z' }),
      violations: ['tracing.backends[0].config.url: invalid URL'],
    },
    ...['http://z', 'z:9411', '/x'].map((url) => ({
      name: `needs a port in ${url}`,
      spec: withZipkin({ url }),
      violations: ['tracing.backends[0].config.url: port has to be explicitly specified'],
    })),
  ],
  metrics: [
    {
      name: 'names what is wrong with each backend in turn, the name first',
      spec: {
        metrics: {
          enabledBackend: 'b',
          backends: [{ type: 'x' }, { type: 'prometheus', conf: { aggregate: [{ name: 'a' }, { name: 'a' }] } }],
        },
      },
      violations: [
        'metrics.backends[0].type: unknown backend type. Available backends: "prometheus"',
        'metrics.backends[1].name: "" name is already used for another backend',
        'metrics.backends[1].conf.aggregate[1].name: duplicate entry: a, values have to be unique',
        'metrics.enabledBackend: has to be set to one of the backends in the mesh',
      ],
    },
    { name: 'may have a backend without a name', spec: withMetrics({ type: 'prometheus' }), violations: [] },
  ],
  constraints: [
    {
      name: 'hold selectors',
      spec: {
        constraints: {
          dataplaneProxy: {
            requirements: [{ tags: { a: '*', b: 'x/y' } }, { tags: { c: '**' } }],
            restrictions: [{ tags: { d: '' } }],
          },
        },
      },
      violations: [
        'constraints.dataplaneProxy.requirements[1].tags["c"]: tag value must consist of alphanumeric characters, dots, dashes, slashes and underscores or be "*"',
        'constraints.dataplaneProxy.restrictions[0].tags["d"]: tag value must be non-empty',
      ],
    },
  ],
};

describe.each(Object.entries(cases).map(([subject, list]) => ({ subject, list })))('$subject', ({ list }) => {
  it.each(list)('$name', ({ spec, violations }) => {
    expect(validateMesh(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
  });
});
