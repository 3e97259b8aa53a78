import { executeGoTemplate, parseGoTemplate } from '../lib/go-template/index.js';
import { err, ok, type Result } from '../lib/result.js';
import { orElse } from './dataplane.js';
import { isDnsName } from './net.js';
import type { Resource, Tags } from './resource.js';
import type { Selector } from './selector.js';

/** A value that templates can use. */
export interface VirtualOutboundParameter {
  readonly name?: string;
  /** Absent or empty = `name`. */
  readonly tagKey?: string;
}

/** How the tags of a part of a service make its host name and port. */
export interface VirtualOutboundConf {
  readonly host?: string;
  readonly port?: string;
  readonly parameters?: readonly VirtualOutboundParameter[];
}

/** A VirtualOutbound, as far as the pure rooms look at it; the whole shape is the schema of its kind. */
export type VirtualOutbound = Resource<{
  readonly selectors?: readonly Selector[];
  readonly conf?: VirtualOutboundConf;
}>;

/** The tag that gives a parameter its value. */
export const tagOfParameter = ({ name = '', tagKey }: VirtualOutboundParameter): string => orElse(tagKey, name);

/** Those of the tags that give parameters their values: what the host name stands for. */
export const pickParameterTags = ({ parameters = [] }: VirtualOutboundConf, tags: Tags): Tags =>
  Object.fromEntries(
    parameters
      .map(tagOfParameter)
      .filter((key) => Object.hasOwn(tags, key))
      .map((key) => [key, tags[key] ?? '']),
  );

/** The host name for tags; the error is in Kuma's words. */
export function evaluateHost({ host = '', parameters }: VirtualOutboundConf, tags: Tags): Result<string, string> {
  const evaluated = evaluate(host, parameters ?? [], tags);
  return !evaluated.ok || isDnsName(evaluated.value)
    ? evaluated
    : err(`evaluation of template with parameters didn't return a valid dns name result='${evaluated.value}'`);
}

/** The port for tags; the error is in Kuma's words. */
export function evaluatePort({ port = '', parameters }: VirtualOutboundConf, tags: Tags): Result<number, string> {
  const evaluated = evaluate(port, parameters ?? [], tags);
  if (!evaluated.ok) return evaluated;
  const value = parseInt64(evaluated.value);
  if (value === undefined) {
    const result = `result='${evaluated.value}'`;
    return err(`evaluation of template with parameters didn't evaluate to a parsable number ${result}`);
  }
  return value > 0n && value <= 65_535n
    ? ok(Number(value))
    : err(`evaluation of template returned a port outside of the range [1..65535] result='${value}'`);
}

/** A whole number as Go reads it: decimal, with a sign, with zeros in front, of 64 bits. */
function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]+$/.test(text)) return undefined;
  // beyond that it is out of range, and BigInt would take long
  const digits = text.replace(/^[+-]?0*/, '');
  if (digits.length > 19) return undefined;
  const value = BigInt(digits) * (text.startsWith('-') ? -1n : 1n);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Parameters whose tag is missing are missing in the template. */
function evaluate(
  template: string,
  parameters: readonly VirtualOutboundParameter[],
  tags: Tags,
): Result<string, string> {
  const parsed = parseGoTemplate(template);
  if (!parsed.ok) return err(`failed compiling gotemplate error='${parsed.error}'`);
  const values = new Map<string, string>();
  for (const parameter of parameters) {
    const tag = tagOfParameter(parameter);
    const value = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
    if (value !== undefined) values.set(parameter.name ?? '', value);
  }
  const executed = executeGoTemplate(parsed.value, values);
  return executed.ok
    ? executed
    : err(`pre evaluation of template with parameters failed with error='${executed.error}'`);
}
