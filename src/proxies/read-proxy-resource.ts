import { readBody, type Candidate } from '../admission/admit.js';
import { readYaml } from '../lib/read-yaml.js';
import { err, ok, type Result } from '../lib/result.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import type { Violation } from '../model/violation.js';
import type { ProxyKey } from './proxy-hooks.js';

/** What a proxy is, in the words in which it says so itself. */
export type ProxyType = 'dataplane' | 'ingress' | 'egress';

const resourceTypes: Readonly<Record<ProxyType, string>> = {
  dataplane: 'Dataplane',
  ingress: 'ZoneIngress',
  egress: 'ZoneEgress',
};

/** Type of the resource that stands for a proxy of this type. */
export const resourceTypeOf = (proxyType: ProxyType): string => resourceTypes[proxyType];

/** The proxy that a resource stands for. */
export function proxyOf({ type, mesh, name }: ResourceKey): ProxyKey {
  if (type === resourceTypes.ingress) return { mesh, name, proxyType: 'ingress' };
  if (type === resourceTypes.egress) return { mesh, name, proxyType: 'egress' };
  return { mesh, name };
}

/** True for the words that `ProxyType` lists. */
export const isProxyType = (text: string): text is ProxyType => Object.hasOwn(resourceTypes, text);

/** The resource of a proxy as the proxy sent it: valid by itself, not yet seen beside what is stored. */
export interface ProxyResource {
  readonly kind: Kind;
  readonly key: ResourceKey;
  readonly candidate: Candidate;
}

/** Why what a proxy sent is no resource of a proxy. */
export type ProxyResourceRefusal =
  | { readonly refusal: 'unreadable'; readonly detail: string }
  | { readonly refusal: 'invalid'; readonly violations: readonly Violation[] };

/** Deepest nesting of a resource that a proxy sends. */
const maxDepth = 64;

/** Reads the resource that a proxy of this type sent of itself: YAML or JSON, whose templates are filled in. */
export function readProxyResource(
  kinds: readonly Kind[],
  proxyType: ProxyType,
  text: string,
): Result<ProxyResource, ProxyResourceRefusal> {
  const type = resourceTypeOf(proxyType);
  const kind = kinds.find((each) => each.type === type);
  const json = toJsonText(text);
  if (kind === undefined || !json.ok) return unreadable(json.ok ? `there is no kind ${type}` : json.error);
  const read = readBody(kind, json.value, { maxDepth });
  if (!read.ok) {
    const { error } = read;
    if (error.refusal === 'invalid') return err(error);
    return unreadable(error.refusal === 'malformed' ? `invalid ${type} object: '${error.detail}'` : error.refusal);
  }
  const { envelope } = read.value;
  if (envelope.type !== type)
    return unreadable(`a proxy of the type ${proxyType} needs a ${type}, got ${JSON.stringify(envelope.type)}`);
  const mesh = kind.scope === 'mesh' ? envelope.mesh : '';
  return ok({ kind, key: { type, mesh, name: envelope.name }, candidate: read.value });
}

const unreadable = (detail: string) => err({ refusal: 'unreadable', detail } as const);

/** JSON stays as it is, so that nothing of it is lost or forgiven on the way through YAML. */
function toJsonText(text: string): Result<string, string> {
  if (text.trimStart().startsWith('{')) return ok(text);
  const value = readYaml(text);
  if (!value.ok) return value;
  // protobuf JSON takes integers as texts too
  const write = (_: string, each: unknown): unknown => (typeof each === 'bigint' ? each.toString() : each);
  return ok(JSON.stringify(value.value, write));
}
