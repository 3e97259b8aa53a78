import { requireText } from '../../model/field-rules.js';
import type { Violation } from '../../model/violation.js';
import type { MeshGatewayRoute } from './schema.js';

type Http = NonNullable<NonNullable<MeshGatewayRoute['conf']>['http']>;
type Match = NonNullable<NonNullable<Http['rules']>[number]['matches']>[number];
type Path = NonNullable<Match['path']>;
type Header = NonNullable<Match['headers']>[number];

/** Violations of what a rule matches. */
export function checkMatch(path: string, match: Match): Violation[] {
  const { path: requestPath, method, headers = [], queryParameters = [] } = match;
  const isEmpty =
    requestPath === undefined && method === undefined && headers.length === 0 && queryParameters.length === 0;
  return [
    ...(isEmpty ? [{ field: path, message: 'cannot be empty' }] : []),
    // Kuma 2.5 leaves out "path" here
    ...(requestPath === undefined ? [] : checkPath(`${path}.value`, requestPath)),
    ...headers.flatMap((header, i) => checkHeader(`${path}.headers[${i}]`, header)),
    ...queryParameters.flatMap(({ name, value }, i) => [
      ...requireText(`${path}.query_parameters[${i}].name`, name),
      ...requireText(`${path}.query_parameters[${i}].value`, value),
    ]),
  ];
}

function checkPath(field: string, { match, value = '' }: Path): Violation[] {
  if (match === 'REGEX') return requireText(field, value);
  return value.startsWith('/') ? [] : [{ field, message: 'must be an absolute path' }];
}

function checkHeader(path: string, { match, name, value = '' }: Header): Violation[] {
  const field = `${path}.value`;
  const forbidsValue = match === 'ABSENT' || match === 'PRESENT';
  return [
    ...requireText(`${path}.name`, name),
    ...(forbidsValue ? (value === '' ? [] : [{ field, message: 'cannot be set' }]) : requireText(field, value)),
  ];
}
