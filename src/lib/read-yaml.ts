import { Composer, Parser, type CollectionTag, type ScalarTag } from 'yaml';

import { err, ok, type Result } from './result.js';

/** Integers that JavaScript's numbers cannot hold are bigint. */
export type YamlValue =
  null | boolean | number | bigint | string | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** YAML 1.1 as Kuma's reader has it: without dates and without numbers to the base of sixty. */
const isTagOfKuma = (tag: CollectionTag | ScalarTag | string): boolean =>
  typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && !('format' in tag && tag.format === 'TIME'));

/**
 * The first document of a YAML text as plain values; of duplicate keys the last one counts. What is no YAML is read as
 * JSON (Kuma 2.5), which differs in little more than tabs. The error is a text for people.
 */
export function readYaml(text: string): Result<YamlValue, string> {
  const parsed = parseFirstDocument(text);
  if (parsed.ok) return parsed;
  try {
    return ok(JSON.parse(text) as YamlValue);
  } catch {
    return parsed;
  }
}

function parseFirstDocument(text: string): Result<YamlValue, string> {
  try {
    const composer = new Composer({
      schema: 'yaml-1.1',
      version: '1.1',
      customTags: (tags) => tags.filter(isTagOfKuma),
      uniqueKeys: false,
      intAsBigInt: true,
      logLevel: 'silent',
    });
    // further documents are not even read
    const [document] = composer.compose(new Parser().parse(text));
    if (document === undefined) return ok(null);
    const [trouble] = document.errors;
    return trouble === undefined ? ok(toPlainValue(document.toJS())) : err(`no YAML: ${trouble.message}`);
  } catch (error) {
    // aliases that lead nowhere or blow up, and texts nested beyond the stack
    return err(`no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function toPlainValue(value: unknown): YamlValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} is no number in JSON`);
  if (Array.isArray(value)) return value.map(toPlainValue);
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toPlainValue(each)]))
    : (value as YamlValue);
}
