import type { RouteMatch, TextMatch } from '../../plan/http-plan.js';
import { planHeaderMatch } from '../header-match.js';
import type { HTTPMatch } from './schema.js';

/** A condition on requests in the form that Envoy has for it. */
export interface PlannedMatch {
  readonly match: RouteMatch;
  /** It stands for a path prefix, as a whole path or as what is below it. */
  readonly isPrefix: boolean;
}

/** A prefix ends at a slash or at the end of the path, which takes two of Envoy's conditions. */
export function planMatches({ path, method, headers = [], queryParams = [] }: HTTPMatch): readonly PlannedMatch[] {
  const conditions = {
    headers: [
      ...(method === undefined ? [] : [planHeaderMatch({ name: ':method', value: method })]),
      ...firstOfEachName(headers).map(planHeaderMatch),
    ],
    queryParameters: firstOfEachName(queryParams).map(({ name, type, value }) => ({
      name,
      match: type === 'Exact' ? { kind: 'exact' as const, value } : { kind: 'regex' as const, value },
    })),
  };
  return planPath(path).map((each) => ({
    match: { path: each, ...conditions },
    isPrefix: path?.type === 'PathPrefix',
  }));
}

function planPath(path: HTTPMatch['path']): readonly TextMatch[] {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  switch (type) {
    case 'Exact':
      return [{ kind: 'exact', value }];
    case 'RegularExpression':
      return [{ kind: 'regex', value }];
    case 'PathPrefix': {
      if (value === '/') return [{ kind: 'prefix', value }];
      const trimmed = value.endsWith('/') ? value.slice(0, -1) : value;
      return [
        { kind: 'exact', value: trimmed },
        { kind: 'prefix', value: `${trimmed}/` },
      ];
    }
  }
}

/** Of several conditions on one name only the first counts (Kuma 2.5). */
const firstOfEachName = <Condition extends { readonly name: string }>(
  conditions: readonly Condition[],
): Condition[] => {
  const seen = new Set<string>();
  return conditions.filter(({ name }) => !seen.has(name) && seen.add(name));
};
