import { requireText } from '../../model/field-rules.js';
import type { Violation } from '../../model/violation.js';
import type { TrafficRoute } from './schema.js';

type Http = NonNullable<NonNullable<TrafficRoute['conf']>['http']>[number];
type Modify = NonNullable<Http['modify']>;
type PathChange = NonNullable<Modify['path']>;
type HostChange = NonNullable<Modify['host']>;
type HeaderChanges = NonNullable<Modify['requestHeaders']>;

/** Violations of what a route changes in requests and responses; `prefix` is the one that it matches, or empty. */
export const checkModify = (path: string, modify: Modify, prefix: string): Violation[] => [
  ...(modify.path === undefined ? [] : checkPathChange(`${path}.path`, modify.path, prefix)),
  ...(modify.host === undefined ? [] : checkHostChange(`${path}.host`, modify.host)),
  ...checkHeaderChanges(`${path}.requestHeaders`, modify.requestHeaders),
  ...checkHeaderChanges(`${path}.responseHeaders`, modify.responseHeaders),
];

function checkPathChange(path: string, { rewritePrefix, regex }: PathChange, prefix: string): Violation[] {
  const field = `${path}.rewritePrefix`;
  if (rewritePrefix === '') return requireText(field, rewritePrefix);
  if (rewritePrefix !== undefined)
    return prefix === '' ? [{ field, message: 'can only be set when .http.match.path.prefix is not empty' }] : [];
  if (regex !== undefined) return checkReplacement(`${path}.regex`, regex);
  return [{ field: path, message: 'either "rewritePrefix" or "regex" has to be set' }];
}

function checkHostChange(path: string, { value, fromPath }: HostChange): Violation[] {
  if (value !== undefined) return requireText(`${path}.value`, value);
  if (fromPath !== undefined) return checkReplacement(`${path}.fromPath`, fromPath);
  return [{ field: path, message: 'either "value" or "fromPath" has to be set' }];
}

const checkReplacement = (path: string, { pattern, substitution }: NonNullable<PathChange['regex']>): Violation[] => [
  ...requireText(`${path}.pattern`, pattern),
  ...requireText(`${path}.substitution`, substitution),
];

const checkHeaderChanges = (path: string, { add = [], remove = [] }: HeaderChanges = {}): Violation[] => [
  ...add.flatMap(({ name, value }, i) => [
    ...checkHeaderName(`${path}.add[${i}].name`, name),
    ...requireText(`${path}.add[${i}].value`, value),
  ]),
  ...remove.flatMap(({ name }, i) => checkHeaderName(`${path}.remove[${i}].name`, name)),
];

/** Kuma 2.5 knows two spellings of the host header. */
const checkHeaderName = (field: string, name = ''): Violation[] =>
  name.startsWith(':') || name === 'host' || name === 'Host'
    ? [{ field, message: 'host header and HTTP/2 pseudo-headers are not allowed to be modified' }]
    : requireText(field, name);
