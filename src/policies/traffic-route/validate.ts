import type { Tags } from '../../model/resource.js';
import { byService, byServiceOnly, checkConnection } from '../../model/selector.js';
import { checkTags, tagField } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import { checkModify } from './check-modify.js';
import type { TrafficRoute } from './schema.js';

type Conf = NonNullable<TrafficRoute['conf']>;
type Split = NonNullable<Conf['split']>;
type LoadBalancer = NonNullable<Conf['loadBalancer']>;
type Http = NonNullable<Conf['http']>[number];
type Match = NonNullable<Http['match']>;
type StringMatcher = NonNullable<Match['path']>;

/** The semantic pass of a TrafficRoute: every violation, in Kuma's order. */
export const validateTrafficRoute = (spec: TrafficRoute): Violation[] => [
  ...checkConnection(spec, { sources: byService, destinations: byServiceOnly }),
  ...(spec.conf === undefined ? [{ field: 'conf', message: 'cannot be empty' }] : checkConf(spec.conf)),
];

const checkConf = (conf: Conf): Violation[] => [
  ...checkTarget('conf', conf),
  ...(conf.http ?? []).flatMap((http, i) => checkHttp(`conf.http[${i}]`, http)),
  ...checkLoadBalancer('conf.loadBalancer', conf.loadBalancer),
];

const checkHttp = (path: string, http: Http): Violation[] => [
  ...checkMatch(`${path}.match`, http.match),
  ...checkModify(`${path}.modify`, http.modify ?? {}, http.match?.path?.prefix ?? ''),
  ...checkTarget(path, http),
];

/** Either a destination or a split; an empty map counts as a destination. */
function checkTarget(
  path: string,
  { split, destination }: { readonly split?: Split; readonly destination?: Tags },
): Violation[] {
  const violations: Violation[] = [];
  if (split === undefined && destination === undefined)
    violations.push({ field: path, message: 'requires either "destination" or "split"' });
  if (split !== undefined && destination !== undefined)
    violations.push({ field: path, message: '"split" cannot be defined at the same time as "destination"' });
  if (split !== undefined) violations.push(...checkSplit(`${path}.split`, split));
  if (destination !== undefined) violations.push(...checkDestination(`${path}.destination`, destination));
  return violations;
}

const checkDestination = (path: string, destination: Tags | undefined): Violation[] =>
  checkTags(path, destination, { values: 'selector', atLeastOne: true, serviceRequired: true });

function checkSplit(path: string, split: Split): Violation[] {
  const violations = split.flatMap(({ weight, destination }, i) => [
    ...(weight === undefined ? [{ field: `${path}[${i}].weight`, message: 'needs to be defined' }] : []),
    ...checkDestination(`${path}[${i}].destination`, destination),
  ]);
  // Kuma 2.5 adds the weights up in 32 bits
  const total = split.reduce((sum, { weight = 0 }) => (sum + weight) % 2 ** 32, 0);
  const message = 'there must be at least one split entry with weight above 0';
  return total === 0 ? [...violations, { field: path, message }] : violations;
}

function checkMatch(path: string, match: Match | undefined): Violation[] {
  const { method, path: requestPath, headers } = match ?? {};
  if (method === undefined && requestPath === undefined && headers === undefined) {
    const message = 'must be present and contain at least one of the elements: "method", "path" or "headers"';
    return [{ field: path, message }];
  }
  return [
    ...(method === undefined ? [] : checkStringMatcher(`${path}.method`, method)),
    ...(requestPath === undefined ? [] : checkStringMatcher(`${path}.path`, requestPath)),
    ...(headers === undefined ? [] : checkHeaders(`${path}.headers`, headers)),
  ];
}

function checkHeaders(path: string, headers: Readonly<Record<string, StringMatcher>>): Violation[] {
  const entries = Object.entries(headers);
  if (entries.length === 0) return [{ field: path, message: 'must contain at least one element' }];
  return entries.flatMap(([name, matcher]) => [
    ...(name === '' ? [{ field: tagField(path, name), message: 'cannot be empty' }] : []),
    ...checkStringMatcher(tagField(path, name), matcher),
  ]);
}

/** The members exclude each other; an exact value may be empty. */
function checkStringMatcher(path: string, { exact, prefix, regex }: StringMatcher): Violation[] {
  if (exact !== undefined) return [];
  if (prefix !== undefined) return prefix === '' ? [{ field: `${path}.prefix`, message: 'cannot be empty' }] : [];
  if (regex !== undefined) return regex === '' ? [{ field: `${path}.regex`, message: 'cannot be empty' }] : [];
  return [{ field: path, message: 'cannot be empty. Available options: "exact", "split" or "regex"' }];
}

function checkLoadBalancer(path: string, { leastRequest, ringHash }: LoadBalancer = {}): Violation[] {
  if (leastRequest?.choiceCount === 1)
    return [{ field: `${path}.leastRequest.choiceCount`, message: 'value must be greater than or equal to 2' }];
  if (ringHash !== undefined && !['XX_HASH', 'MURMUR_HASH_2'].includes(ringHash.hashFunction ?? ''))
    return [{ field: `${path}.ringHash.hashFunction`, message: 'must have a valid hash function' }];
  return [];
}
