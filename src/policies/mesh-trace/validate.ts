import { compareDecimal, parseDecimal } from '../../lib/decimal.js';
import { isLooseUrl } from '../../lib/loose-url.js';
import { mustBeDefined, mustNotBeEmpty } from '../../model/conf-checks.js';
import type { IntOrString } from '../../model/nested.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { proxyKinds } from '../peers.js';
import { judgeAgentUrl } from './agent-url.js';
import type { MeshTrace, TraceBackend, TraceTag } from './schema.js';

/** The semantic pass. */
export const validateMeshTrace = ({ targetRef, default: conf }: MeshTrace): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: proxyKinds }),
  ...validateBackends('spec.default.backends', conf.backends),
  ...(conf.tags ?? []).flatMap((tag, i) => validateTag(`spec.default.tags[${i}]`, tag)),
  ...(['client', 'random', 'overall'] as const).flatMap((name) =>
    validatePercentage(`spec.default.sampling.${name}`, conf.sampling?.[name]),
  ),
];

function validateBackends(path: string, backends: readonly TraceBackend[] | undefined): Violation[] {
  if (backends === undefined) return [mustBeDefined(path)];
  const [backend, second] = backends;
  if (second !== undefined) return [{ field: path, message: 'must have zero or one backend defined' }];
  return backend === undefined ? [] : validateBackend(`${path}[0]`, backend);
}

/** Only the object that the type names is looked at. */
function validateBackend(path: string, { type, zipkin, datadog, openTelemetry }: TraceBackend): Violation[] {
  switch (type) {
    case 'Zipkin':
      return zipkin === undefined
        ? [mustBeDefined(`${path}.zipkin`)]
        : validateZipkinUrl(`${path}.zipkin.url`, zipkin.url);
    case 'Datadog':
      return datadog === undefined
        ? [mustBeDefined(`${path}.datadog`)]
        : judgeAgentUrl(datadog.url).map((message) => ({ field: `${path}.datadog.url`, message }));
    case 'OpenTelemetry':
      return openTelemetry === undefined ? [mustBeDefined(`${path}.openTelemetry`)] : [];
  }
}

function validateZipkinUrl(field: string, url: string): Violation[] {
  if (url === '') return [mustNotBeEmpty(field)];
  return isLooseUrl(url) ? [] : [{ field, message: 'must be a valid url' }];
}

const validateTag = (path: string, { name, literal, header }: TraceTag): Violation[] => [
  ...(name === '' ? [mustNotBeEmpty(`${path}.name`)] : []),
  ...((literal === undefined) === (header === undefined)
    ? [{ field: path, message: 'tag must have only one type defined: header, literal' }]
    : []),
];

function validatePercentage(field: string, percentage: IntOrString | undefined): Violation[] {
  if (percentage === undefined) return [];
  const decimal = parseDecimal(String(percentage));
  if (decimal === undefined) return [{ field, message: 'string is not a number' }];
  return compareDecimal(decimal, 0) >= 0 && compareDecimal(decimal, 100) <= 0
    ? []
    : [{ field, message: 'must be between 0 and 100' }];
}
