import { compareBytes, type Tags } from '../model/resource.js';
import type { HeaderMatch } from './http-plan.js';
import type { ProxyPlan } from './proxy-plan.js';

/** The header in which a proxy tells the other side all of its tags: `&app=frontend&&kuma.io/service=web,api&`. */
export const callerTagsHeader = 'x-kuma-tags';

/** What a proxy tells of its tags; each stands between ampersands, so that one expression finds it. */
export const showCallerTags = ({ callerTags }: Pick<ProxyPlan, 'callerTags'>): string =>
  [...callerTags]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, values]) => `&${key}=${values.join(',')}&`)
    .join('');

/** Matches the requests of proxies that have all tags of at least one of the sets; `*` as value asks only for the key. */
export const matchCallers = (sets: readonly Tags[]): HeaderMatch => ({
  name: callerTagsHeader,
  match: { kind: 'regex', value: matchAny(sets.map(callerPattern)) },
  isOldForm: true,
});

/**
 * An expression that finds proxies with all of the tags. Kuma 2.5: a value of the proxy must only end with the value,
 * and dots in keys stand for any character.
 */
export const callerPattern = (tags: Tags): string => {
  const parts = Object.entries(tags)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => `&${key}=${value === '*' ? '' : `[^&]*${value.replaceAll('.', '\\.')}[,&]`}.*`);
  return `.*${parts.join('')}`;
};

const matchAny = (patterns: readonly string[]): string =>
  patterns.length === 1 ? patterns.join('') : patterns.length === 0 ? '' : `(${patterns.join('|')})`;
