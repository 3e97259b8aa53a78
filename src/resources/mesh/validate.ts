import { quoteGo } from '../../lib/go-quote.js';
import { findFormatError } from '../../model/access-log-format.js';
import { checkConf, datadogConf, fileConf, tcpConf, zipkinConf } from '../../model/backend-conf.js';
import { checkMetricsBackend } from '../../model/prometheus.js';
import { checkTags } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import { parseExpiry } from '../../model/certificate-authority.js';
import type { MeshDocument } from './schema.js';

type Part<Name extends keyof MeshDocument> = MeshDocument[Name];
type LoggingBackend = NonNullable<NonNullable<Part<'logging'>>['backends']>[number];
type TracingBackend = NonNullable<NonNullable<Part<'tracing'>>['backends']>[number];

/** The semantic pass of a Mesh: every violation, in Kuma's order. */
export function validateMesh(spec: MeshDocument): Violation[] {
  const needsMtls = spec.routing?.zoneEgress === true && (spec.mtls?.enabledBackend ?? '') === '';
  return [
    ...checkMtls(spec.mtls),
    ...checkLogging(spec.logging),
    ...checkTracing(spec.tracing),
    ...checkMetrics(spec.metrics),
    ...checkConstraints(spec.constraints),
    ...(needsMtls ? [{ field: 'mtls', message: 'has to be set when zoneEgress enabled' }] : []),
  ];
}

function checkMtls({ enabledBackend, backends = [] }: NonNullable<Part<'mtls'>> = {}): Violation[] {
  return [
    ...(backends.length > 1 ? [{ field: 'mtls.backends', message: 'cannot have more than 1 backends' }] : []),
    ...checkEach('mtls.backends', backends, () => []),
    ...checkChoice('mtls.enabledBackend', enabledBackend, backends, 'has to be set to one of the backends in the mesh'),
    // neither index nor the case of the field are right in Kuma 2.5
    ...backends
      .filter(({ dpCert }) => dpCert !== undefined && parseExpiry(dpCert.rotation?.expiration ?? '') === undefined)
      .map(() => ({ field: 'mtls.dpcert.rotation.expiration', message: 'has to be a valid format' })),
  ];
}

const checkLogging = ({ defaultBackend, backends = [] }: NonNullable<Part<'logging'>> = {}): Violation[] => [
  ...checkEach('logging.backends', backends, checkLoggingBackend),
  ...checkChoice(
    'logging.defaultBackend',
    defaultBackend,
    backends,
    'has to be set to one of the logging backend in mesh',
  ),
];

const checkTracing = ({ defaultBackend, backends = [] }: NonNullable<Part<'tracing'>> = {}): Violation[] => [
  ...checkEach('tracing.backends', backends, checkTracingBackend),
  ...checkChoice(
    'tracing.defaultBackend',
    defaultBackend,
    backends,
    'has to be set to one of the tracing backend in mesh',
  ),
];

function checkMetrics({ enabledBackend, backends = [] }: NonNullable<Part<'metrics'>> = {}): Violation[] {
  const names = new Set<string>();
  return [
    ...backends.flatMap(({ name = '', type, conf }, i) => [
      ...checkUnique(`metrics.backends[${i}].name`, name, names),
      ...checkMetricsBackend(`metrics.backends[${i}]`, type, conf),
    ]),
    ...checkChoice(
      'metrics.enabledBackend',
      enabledBackend,
      backends,
      'has to be set to one of the backends in the mesh',
    ),
  ];
}

/** The checks of each backend, and after those of one whether its name is taken. */
function checkEach<Backend extends { readonly name?: string }>(
  path: string,
  backends: readonly Backend[],
  check: (path: string, backend: Backend) => readonly Violation[],
): Violation[] {
  const names = new Set<string>();
  return backends.flatMap((backend, i) => [
    ...check(`${path}[${i}]`, backend),
    ...checkUnique(`${path}[${i}].name`, backend.name ?? '', names),
  ]);
}

function checkUnique(field: string, name: string, names: Set<string>): Violation[] {
  if (names.has(name)) return [{ field, message: `${quoteGo(name)} name is already used for another backend` }];
  names.add(name);
  return [];
}

const checkChoice = (
  field: string,
  choice = '',
  backends: readonly { readonly name?: string }[],
  message: string,
): Violation[] => (choice === '' || backends.some(({ name }) => name === choice) ? [] : [{ field, message }]);

const checkName = (path: string, name = ''): Violation[] =>
  name === '' ? [{ field: `${path}.name`, message: 'cannot be empty' }] : [];

function checkLoggingBackend(path: string, { name, format = '', type = '', conf }: LoggingBackend): Violation[] {
  const trouble = findFormatError(format);
  return [
    ...checkName(path, name),
    ...(trouble === undefined ? [] : [{ field: `${path}.format`, message: trouble }]),
    ...checkLoggingConf(path, type, conf),
  ];
}

function checkLoggingConf(path: string, type: string, conf: unknown): Violation[] {
  switch (type) {
    case 'file':
      return checkConf(`${path}.config`, fileConf, conf);
    case 'tcp':
      return checkConf(`${path}.config`, tcpConf, conf);
    default:
      return [{ field: `${path}.type`, message: 'unknown backend type. Available backends: "tcp", "file"' }];
  }
}

function checkTracingBackend(path: string, { name, sampling = 0, type = '', conf }: TracingBackend): Violation[] {
  // the texts NaN and Infinity stand for the numbers; NaN is in every range
  const percentage = Number(sampling);
  return [
    ...checkName(path, name),
    ...(percentage < 0 || percentage > 100
      ? [{ field: `${path}.sampling`, message: 'has to be in [0.0 - 100.0] range' }]
      : []),
    ...checkTracingConf(path, type, conf),
  ];
}

function checkTracingConf(path: string, type: string, conf: unknown): Violation[] {
  switch (type) {
    case 'zipkin':
      return checkConf(`${path}.config`, zipkinConf, conf);
    case 'datadog':
      return checkConf(`${path}.config`, datadogConf, conf);
    default:
      return [{ field: `${path}.type`, message: 'unknown backend type. Available backends: "zipkin", "datadog"' }];
  }
}

function checkConstraints({ dataplaneProxy }: NonNullable<Part<'constraints'>> = {}): Violation[] {
  return (['requirements', 'restrictions'] as const).flatMap((list) =>
    (dataplaneProxy?.[list] ?? []).flatMap(({ tags }, i) =>
      checkTags(`constraints.dataplaneProxy.${list}[${i}].tags`, tags, { values: 'selector', atLeastOne: true }),
    ),
  );
}
