import { quoteGo } from '../lib/go-quote.js';
import { compareBytes, type Tags } from './resource.js';
import type { Violation } from './violation.js';

const tagName = /^[a-zA-Z0-9.\-_:/]*$/;
const tagValue = /^[a-zA-Z0-9.\-_:]*$/;
const selectorValue = /^(?:[a-zA-Z0-9.\-_:/]*|\*)$/;

/** True for what can be the name of a tag; the empty text counts. */
export const isTagName = (text: string): boolean => tagName.test(text);

/** What a map of tags must be like, beyond the characters of its names and values. */
export interface TagRules {
  /** Tags of a resource take no slash and no star in values, selectors do. */
  readonly values: 'tags' | 'selector';
  readonly atLeastOne?: boolean;
  readonly serviceRequired?: boolean;
  /** Checks of the whole map, after "at least one tag". */
  readonly whole?: (path: string, tags: Tags) => readonly Violation[];
  /** Checks of one tag's name, before its value. */
  readonly name?: (field: string, key: string) => readonly Violation[];
}

const valueMessages = {
  tags: 'tag value must consist of alphanumeric characters, dots, dashes and underscores',
  selector: 'tag value must consist of alphanumeric characters, dots, dashes, slashes and underscores or be "*"',
} as const;

/** Field of one tag, its name quoted as Go quotes. */
export const tagField = (path: string, key: string): string => `${path}[${quoteGo(key)}]`;

/** Every violation of a map of tags, in Kuma's order: the whole map, each tag in byte order, the missing service. */
export function checkTags(path: string, tags: Tags | undefined, rules: TagRules): Violation[] {
  const violations: Violation[] = [];
  const keys = Object.keys(tags ?? {}).sort(compareBytes);
  if (rules.atLeastOne === true && keys.length === 0)
    violations.push({ field: path, message: 'must have at least one tag' });
  violations.push(...(rules.whole?.(path, tags ?? {}) ?? []));
  for (const key of keys) violations.push(...checkTag(path, key, tags?.[key] ?? '', rules));
  if (rules.serviceRequired === true && !keys.includes('kuma.io/service')) {
    violations.push({ field: path, message: 'mandatory tag "kuma.io/service" is missing' });
  }
  return violations;
}

function checkTag(path: string, key: string, value: string, rules: TagRules): Violation[] {
  const field = tagField(path, key);
  const violations: Violation[] = [];
  if (key === '') violations.push({ field: path, message: 'tag name must be non-empty' });
  if (!isTagName(key)) {
    violations.push({
      field,
      message: 'tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores',
    });
  }
  violations.push(...(rules.name?.(field, key) ?? []));
  if (value === '') violations.push({ field, message: 'tag value must be non-empty' });
  if (!(rules.values === 'tags' ? tagValue : selectorValue).test(value))
    violations.push({ field, message: valueMessages[rules.values] });
  return violations;
}

/** A port that can be listened on. */
export const checkPort = (field: string, port: number | undefined): Violation[] =>
  port !== undefined && port >= 1 && port <= 65_535 ? [] : [{ field, message: 'port must be in the range [1, 65535]' }];

const protocols = ['grpc', 'http', 'http2', 'kafka', 'tcp'];

/** The protocol tag of an inbound, in any case; absent is fine. */
export function checkProtocolTag(path: string, tags: Tags | undefined): Violation[] {
  const value = tags !== undefined && Object.hasOwn(tags, 'kuma.io/protocol') ? tags['kuma.io/protocol'] : undefined;
  if (value === undefined || protocols.includes(value.toLowerCase())) return [];
  const message = `tag "kuma.io/protocol" has an invalid value ${quoteGo(value)}. Allowed values: ${protocols.join(', ')}`;
  return [{ field: tagField(path, 'kuma.io/protocol'), message }];
}
