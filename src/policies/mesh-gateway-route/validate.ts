import { byService, checkSelectors } from '../../model/selector.js';
import { checkTags } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import { checkFilter, type Surroundings } from './check-filter.js';
import { checkMatch } from './check-match.js';
import type { MeshGatewayRoute } from './schema.js';

type Conf = NonNullable<MeshGatewayRoute['conf']>;
type Http = NonNullable<Conf['http']>;
type Rule = NonNullable<Http['rules']>[number];

/** The semantic pass of a MeshGatewayRoute: every violation, in Kuma's order. */
export const validateMeshGatewayRoute = ({ selectors, conf }: MeshGatewayRoute): Violation[] => [
  ...checkSelectors('selectors', selectors, byService),
  ...(conf?.http === undefined && conf?.tcp === undefined ? [{ field: 'conf', message: 'cannot be empty' }] : []),
  ...(conf?.http === undefined ? [] : checkHttp('conf.http', conf.http)),
];

const checkHttp = (path: string, { rules = [] }: Http): Violation[] =>
  rules.length === 0
    ? [{ field: `${path}.rules`, message: 'cannot be empty' }]
    : rules.flatMap((rule, i) => checkRule(`${path}.rules[${i}]`, rule));

function checkRule(path: string, { matches = [], filters = [], backends = [] }: Rule): Violation[] {
  if (matches.length === 0) return [{ field: `${path}.matches`, message: 'cannot be empty' }];
  // Kuma 2.5: what rewrites the host is neither checked nor counted in the indexes of the others
  const checked = filters.filter(({ rewrite }) => rewrite?.hostToBackendHostname !== true);
  const surroundings: Surroundings = {
    hasPrefixMatch: matches.some((match) => match.path?.match === 'PREFIX'),
    rewritesHost: checked.length < filters.length,
  };
  const hasRedirect = checked.some(({ redirect }) => redirect !== undefined);
  const violations = [
    ...matches.flatMap((match, i) => checkMatch(`${path}.matches[${i}]`, match)),
    ...checked.flatMap((filter, i) => checkFilter(`${path}.filters[${i}]`, filter, surroundings)),
  ];
  if (hasRedirect && filters.length !== 1)
    return [...violations, { field: `${path}.filters`, message: 'redirects cannot be used with other filters' }];
  if (hasRedirect && backends.length > 0)
    violations.push({ field: `${path}.backends`, message: 'must be empty when using redirect filters' });
  if (!hasRedirect && backends.length === 0) violations.push({ field: `${path}.backends`, message: 'cannot be empty' });
  return [
    ...violations,
    ...backends.flatMap(({ destination }, i) =>
      checkTags(`${path}.backends[${i}]`, destination, { values: 'selector', atLeastOne: true, serviceRequired: true }),
    ),
  ];
}
