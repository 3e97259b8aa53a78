import { isFilePath } from '../../lib/file-path.js';
import { isLooseUrl } from '../../lib/loose-url.js';
import { mustBeDefined } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, checkToOrFrom, destinationKinds, proxyKinds } from '../peers.js';
import type { AccessLogBackend, AccessLogFormat, MeshAccessLog, MeshAccessLogConf } from './schema.js';

/** The semantic pass. Unlike the other policies with both sections, this one looks at `to` first. */
export const validateMeshAccessLog = (spec: MeshAccessLog): Violation[] => [
  ...validateTargetRef('spec.targetRef', spec.targetRef, { kinds: [...proxyKinds, 'MeshGateway'] }),
  ...checkToOrFrom(spec),
  ...checkPeers('spec.to', spec.to, destinationKinds, validateConf),
  ...checkPeers('spec.from', spec.from, ['Mesh'], validateConf),
];

const validateConf = (path: string, { backends }: MeshAccessLogConf): Violation[] =>
  backends === undefined
    ? [mustBeDefined(`${path}.backends`)]
    : backends.flatMap((backend, i) => validateBackend(`${path}.backends[${i}]`, backend));

/** Only the object that the type names is looked at. */
function validateBackend(path: string, { type, file, tcp, openTelemetry }: AccessLogBackend): Violation[] {
  switch (type) {
    case 'File':
      return file === undefined
        ? [mustBeDefined(`${path}.file`)]
        : [
            ...validateFormat(`${path}.file.format`, file.format),
            ...(isFilePath(file.path)
              ? []
              : [{ field: `${path}.file.path`, message: 'file backend requires a valid path' }]),
          ];
    case 'Tcp':
      return tcp === undefined
        ? [mustBeDefined(`${path}.tcp`)]
        : [
            ...validateFormat(`${path}.tcp.format`, tcp.format),
            ...(isLooseUrl(tcp.address)
              ? []
              : [{ field: `${path}.tcp.address`, message: 'tcp backend requires valid address' }]),
          ];
    case 'OpenTelemetry':
      return openTelemetry === undefined ? [mustBeDefined(`${path}.openTelemetry`)] : [];
  }
}

function validateFormat(path: string, format: AccessLogFormat | undefined): Violation[] {
  if (format === undefined) return [];
  const [field, value] = format.type === 'Plain' ? [`${path}.plain`, format.plain] : [`${path}.json`, format.json];
  if (value === undefined) return [mustBeDefined(field)];
  if (value.length === 0) return [{ field, message: 'must not be empty' }];
  return typeof value === 'string' ? [] : value.flatMap((entry, i) => validateEntry(`${field}[${i}]`, entry));
}

/** Key and value are put into JSON as they are, so they may hold escapes and must not break it. */
const validateEntry = (path: string, { key = '', value = '' }: { key?: string; value?: string }): Violation[] => [
  ...(key === '' ? [{ field: `${path}.key`, message: 'key cannot be empty' }] : []),
  ...(value === '' ? [{ field: `${path}.value`, message: 'value cannot be empty' }] : []),
  ...(isJson(`{"${key}": "${value}"}`) ? [] : [{ field: path, message: 'is not a valid JSON object' }]),
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
