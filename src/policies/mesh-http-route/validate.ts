import { mustBeDefined } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { backendKinds } from '../backend-ref.js';
import { proxyKinds } from '../peers.js';
import type { HeaderModifier, HTTPFilter, HTTPMatch, HTTPRule, MeshHTTPRoute, PathRewrite } from './schema.js';

/** The semantic pass. */
export const validateMeshHTTPRoute = ({ targetRef, to }: MeshHTTPRoute): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: proxyKinds }),
  ...(to ?? []).flatMap((item, i) => [
    ...validateTargetRef(`spec.to[${i}].targetRef`, item.targetRef, { kinds: ['MeshService'] }),
    ...(item.rules ?? []).flatMap((rule, j) => validateRule(`spec.to[${i}].rules[${j}]`, rule)),
  ]),
];

const validateRule = (path: string, { matches, default: conf }: HTTPRule): Violation[] => [
  ...matches.flatMap((match, i) => validateMatch(`${path}.matches[${i}]`, match)),
  ...(conf.filters ?? []).flatMap((filter, i) => validateFilter(`${path}.default.filters[${i}]`, filter, matches)),
  ...(conf.backendRefs ?? []).flatMap((ref, i) =>
    validateTargetRef(`${path}.default.backendRefs[${i}]`, ref, { kinds: backendKinds }),
  ),
];

const validateMatch = (path: string, match: HTTPMatch): Violation[] => [
  ...validatePath(`${path}.path.value`, match.path),
  ...findRepeats(match.queryParams ?? [], ({ name }) => name).map(([i, { name }]) => ({
    field: `${path}.queryParams[${i}].name`,
    message: `multiple entries for name ${name}`,
  })),
  ...(match.headers ?? []).flatMap(({ type, value }, i) =>
    (type === 'Present' || type === 'Absent') && value !== undefined
      ? [{ field: `${path}.headers[${i}].value`, message: 'must not be defined' }]
      : [],
  ),
];

/** Regular expressions are not looked at. */
function validatePath(field: string, path: HTTPMatch['path']): Violation[] {
  if (path === undefined || path.type === 'RegularExpression' || path.value === '/') return [];
  const trailing = {
    field,
    message: 'does not need a trailing slash because only a `/`-separated prefix or an entire path is matched',
  };
  return [
    ...(path.type === 'PathPrefix' && path.value.endsWith('/') ? [trailing] : []),
    ...(path.value.startsWith('/') ? [] : [{ field, message: 'must be an absolute path' }]),
  ];
}

/** Only the object that the type names is looked at. */
function validateFilter(path: string, filter: HTTPFilter, matches: readonly HTTPMatch[]): Violation[] {
  switch (filter.type) {
    case 'RequestHeaderModifier':
      return validateModifier(`${path}.requestHeaderModifier`, filter.requestHeaderModifier);
    case 'ResponseHeaderModifier':
      return validateModifier(`${path}.responseHeaderModifier`, filter.responseHeaderModifier);
    case 'RequestRedirect':
      return validateRewrite(`${path}.requestRedirect`, filter.requestRedirect, matches);
    case 'URLRewrite':
      return validateRewrite(`${path}.urlRewrite`, filter.urlRewrite, matches);
    case 'RequestMirror':
      return filter.requestMirror === undefined
        ? [mustBeDefined(`${path}.requestMirror`)]
        : validateTargetRef(`${path}.requestMirror.backendRef`, filter.requestMirror.backendRef, {
            kinds: backendKinds,
          });
  }
}

function validateModifier(path: string, modifier: HeaderModifier | undefined): Violation[] {
  if (modifier === undefined) return [mustBeDefined(path)];
  const { set, add, remove } = modifier;
  if (set === undefined && add === undefined && remove === undefined)
    return [{ field: path, message: 'must have at least one defined: set, add, remove' }];
  const names = [
    ...(set ?? []).map(({ name }, i) => [`set[${i}]`, name] as const),
    ...(add ?? []).map(({ name }, i) => [`add[${i}]`, name] as const),
    ...(remove ?? []).map((name, i) => [`remove[${i}]`, name] as const),
  ];
  return findRepeats(names, ([, name]) => name).map(([, [at]]) => ({
    field: `${path}.${at}.name`,
    message: 'duplicate header name',
  }));
}

/** The items that have the key of an earlier one, with their indexes. */
function findRepeats<Item>(items: readonly Item[], keyOf: (item: Item) => string): (readonly [number, Item])[] {
  const seen = new Set<string>();
  return [...items.entries()].filter(([, item]) => {
    const isRepeat = seen.has(keyOf(item));
    seen.add(keyOf(item));
    return isRepeat;
  });
}

/** A prefix can be replaced only where every request of the rule was found by one. */
function validateRewrite(
  path: string,
  rewrite: { readonly path?: PathRewrite | undefined } | undefined,
  matches: readonly HTTPMatch[],
): Violation[] {
  if (rewrite === undefined) return [mustBeDefined(path)];
  return rewrite.path?.replacePrefixMatch === undefined || matches.every((match) => match.path?.type === 'PathPrefix')
    ? []
    : [{ field: `${path}.path.replacePrefixMatch`, message: 'can only appear if all matches match a path prefix' }];
}
