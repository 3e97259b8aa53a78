import { requireText } from '../../model/field-rules.js';
import { isPercentage } from '../../model/number-rules.js';
import type { ProtoNumber } from '../../model/proto.js';
import { checkPort, checkTags } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import type { MeshGatewayRoute } from './schema.js';

type Http = NonNullable<NonNullable<MeshGatewayRoute['conf']>['http']>;
type Filter = NonNullable<NonNullable<Http['rules']>[number]['filters']>[number];
type HeaderFilter = NonNullable<Filter['requestHeader']>;
type Header = NonNullable<HeaderFilter['set']>[number];
type Redirect = NonNullable<Filter['redirect']>;
type Mirror = NonNullable<Filter['mirror']>;

/** What else stands in the rule of a filter. */
export interface Surroundings {
  /** One of the matches is on a prefix of the path. */
  readonly hasPrefixMatch: boolean;
  /** Another filter rewrites the host. */
  readonly rewritesHost: boolean;
}

/** Violations of a filter; changes of response headers are not looked at (Kuma 2.5). */
export const checkFilter = (
  path: string,
  filter: Filter,
  { hasPrefixMatch, rewritesHost }: Surroundings,
): Violation[] => [
  ...(filter.requestHeader === undefined
    ? []
    : checkRequestHeader(`${path}.request_header`, filter.requestHeader, rewritesHost)),
  ...(filter.redirect === undefined ? [] : checkRedirect(`${path}.redirect`, filter.redirect)),
  ...(filter.mirror === undefined ? [] : checkMirror(`${path}.mirror`, filter.mirror)),
  ...(filter.rewrite?.replacePrefixMatch !== undefined && !hasPrefixMatch
    ? [
        {
          field: `${path}.rewrite.replacePrefixMatch`,
          message: 'cannot be used without a match on path prefix',
        },
      ]
    : []),
];

function checkRequestHeader(path: string, filter: HeaderFilter, rewritesHost: boolean): Violation[] {
  const { set = [], add = [], remove = [] } = filter;
  const isEmpty = set.length === 0 && add.length === 0 && remove.length === 0;
  return [
    ...(isEmpty ? [{ field: path, message: 'cannot be empty' }] : []),
    ...set.flatMap((header, i) => checkHeader(`${path}.set[${i}]`, header, rewritesHost)),
    ...add.flatMap((header, i) => checkHeader(`${path}.add[${i}]`, header, rewritesHost)),
    ...remove.flatMap((name, i) => requireText(`${path}.remove[${i}]`, name)),
  ];
}

const hostHeaders = [':authority', 'Host', 'host'];

function checkHeader(path: string, { name = '', value }: Header, rewritesHost: boolean): Violation[] {
  const message = `cannot modify '${name}' header, when route has set 'rewrite.host_to_backend_hostname' option`;
  return [
    ...(rewritesHost && hostHeaders.includes(name) ? [{ field: path, message }] : requireText(`${path}.name`, name)),
    ...requireText(`${path}.value`, value),
  ];
}

const checkRedirect = (path: string, { port = 0, statusCode = 0 }: Redirect): Violation[] => [
  ...(port === 0 ? [] : checkPort(`${path}.port`, port)),
  ...(statusCode < 300 || statusCode > 308
    ? [{ field: `${path}.status_code`, message: 'must be in the range [300, 308]' }]
    : []),
];

const checkMirror = (path: string, { backend, percentage }: Mirror): Violation[] => [
  ...checkPercentage(`${path}.percentage`, percentage),
  ...(backend === undefined
    ? requireText(`${path}.backend`, undefined)
    : checkTags(`${path}.backend`, backend.destination, {
        values: 'selector',
        atLeastOne: true,
        serviceRequired: true,
      })),
];

function checkPercentage(field: string, percentage: ProtoNumber | undefined): Violation[] {
  if (percentage === undefined) return requireText(field, undefined);
  return isPercentage(percentage) ? [] : [{ field, message: 'has to be in [0.0 - 100.0] range' }];
}
