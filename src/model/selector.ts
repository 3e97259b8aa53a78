import { quoteGo } from '../lib/go-quote.js';
import { protocolTag, serviceTag, tagOf } from './dataplane.js';
import { proto } from './proto.js';
import type { Tags } from './resource.js';
import { checkTags, tagField, type TagRules } from './tag-rules.js';
import type { Violation } from './violation.js';

/** A set of tags that some other tags must hold; `*` as value asks only for the key. */
export interface Selector {
  readonly match?: Tags;
}

/** Schema of a list of selectors. */
export const selectorList = (description: string) =>
  proto.repeated(
    proto.message(
      { match: proto.map(proto.string(), { description: 'Tags and their values; `*` stands for any value.' }) },
      { description: 'Selects by tags.' },
    ),
    { description },
  );

/** Schema of the fields that policies for connections begin with. */
export const connectionFields = {
  sources: selectorList('Where the connections come from.'),
  destinations: selectorList('Where the connections go to.'),
};

/** What a list of selectors must be like. */
export interface SelectorRules extends Omit<TagRules, 'values'> {
  /** The list may be empty or absent. */
  readonly mayBeEmpty?: boolean;
  /** Every element after the first is a violation. */
  readonly atMostOne?: boolean;
}

/** Any tags, at least one. */
export const byTags: SelectorRules = { atLeastOne: true };

/** Any tags, that of the service among them. */
export const byService: SelectorRules = { atLeastOne: true, serviceRequired: true };

/** The tag of the service and no other. */
export const byServiceOnly: SelectorRules = {
  serviceRequired: true,
  whole: (path, tags) =>
    Object.keys(tags).length === 1 && Object.hasOwn(tags, serviceTag)
      ? []
      : [{ field: path, message: `must consist of exactly one tag "${serviceTag}"` }],
  name: (field, key) => (key === serviceTag ? [] : [{ field, message: `tag ${quoteGo(key)} is not allowed` }]),
};

/** Any tags, that of the protocol among them with one of these values. */
export const byProtocol = (...protocols: readonly string[]): SelectorRules => ({
  atLeastOne: true,
  whole: (path, tags) => {
    if (!Object.hasOwn(tags, protocolTag)) return [{ field: path, message: 'protocol must be specified' }];
    return protocols.includes(tags[protocolTag] ?? '')
      ? []
      : [{ field: tagField(path, protocolTag), message: `must be one of the [${protocols.join(', ')}]` }];
  },
});

/** Every violation of a list of selectors, in Kuma's order. */
export function checkSelectors(
  path: string,
  selectors: readonly Selector[] | undefined,
  rules: SelectorRules,
): Violation[] {
  if (selectors === undefined || selectors.length === 0) {
    return rules.mayBeEmpty === true ? [] : [{ field: path, message: 'must have at least one element' }];
  }
  return selectors.flatMap(({ match }, i) => [
    ...checkTags(`${path}[${i}].match`, match, { ...rules, values: 'selector' }),
    ...(rules.atMostOne === true && i > 0
      ? [{ field: `${path}[${i}]`, message: 'there can be at most one selector' }]
      : []),
  ]);
}

/** Violations of the fields that policies for connections begin with. */
export const checkConnection = (
  spec: { readonly sources?: readonly Selector[]; readonly destinations?: readonly Selector[] },
  rules: { readonly sources: SelectorRules; readonly destinations: SelectorRules },
): Violation[] => [
  ...checkSelectors('sources', spec.sources, rules.sources),
  ...checkSelectors('destinations', spec.destinations, rules.destinations),
];

/** True when the selector takes one of the services, by name or `*`, and asks for other tags besides. */
export function asksMoreOf(services: ReadonlySet<string>, { match = {} }: Selector): boolean {
  const service = tagOf(match, serviceTag);
  const isTaken = services.has(service) || (service === '*' && services.size > 0);
  return isTaken && Object.keys(match).length > 1;
}
