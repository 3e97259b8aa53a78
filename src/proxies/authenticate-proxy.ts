import { err, ok, type Result } from '../lib/result.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey, Tags } from '../model/resource.js';
import { describeProxyKey, readOwnResource, readProxyType, type AskingProxy } from './own-resource.js';
import { resourceTypeOf, type ProxyType } from './read-proxy-resource.js';

/** Whom a token must be for. */
export type ProxyClaim =
  | {
      readonly type: 'dataplane';
      readonly mesh: string;
      readonly name: string;
      /** Of each of its inbounds, and of its gateway. */
      readonly tagSets: readonly Tags[];
    }
  | { readonly type: Exclude<ProxyType, 'dataplane'> };

/** How proxies show who they are. */
export interface ProxyAuthentication {
  readonly kinds: readonly Kind[];
  /** False where every proxy is let in (`dpServer.authn.….type: none`). */
  readonly needsToken: Readonly<Record<ProxyType, boolean>>;
  /** Whether the token is for this proxy; the error is for the proxy. */
  readonly verify: (token: string, claim: ProxyClaim) => Promise<Result<unknown, string>>;
  /** The spec of a stored resource; undefined when there is none. */
  readonly findSpec: (key: ResourceKey) => Promise<unknown>;
}

/**
 * Whether a proxy may have the configuration of its name: it must have a resource, brought along or stored, and a token
 * for it. To be asked when a stream starts, of whatever protocol, and again when tokens or their keys change. The error
 * is for the proxy.
 */
export async function authenticateProxy(
  authentication: ProxyAuthentication,
  proxy: AskingProxy,
  credential: string | undefined,
): Promise<Result<void, string>> {
  const type = readProxyType(proxy);
  if (!type.ok) return type;
  const own = readOwnResource(authentication.kinds, proxy);
  if (!own.ok) return own;
  const resourceType = resourceTypeOf(type.value);
  const key = { type: resourceType, mesh: proxy.mesh, name: proxy.name };
  const spec = own.value === undefined ? await authentication.findSpec(key) : own.value.candidate.spec;
  if (spec === undefined) {
    const id = JSON.stringify(describeProxyKey(proxy));
    return err(
      `resource ${id} not found; create a ${resourceType} in Kuma CP first or pass it as an argument to kuma-dp`,
    );
  }
  return authenticateAs(authentication, { type: type.value, ...proxy, spec }, credential);
}

/** Whether a credential is for the proxy of this resource. */
export async function authenticateAs(
  { kinds, needsToken, verify }: ProxyAuthentication,
  { type, mesh, name, spec }: Pick<AskingProxy, 'mesh' | 'name'> & { readonly type: ProxyType; readonly spec: unknown },
  credential: string | undefined,
): Promise<Result<void, string>> {
  if (!needsToken[type]) return ok(undefined);
  const kind = kinds.find((each) => each.type === resourceTypeOf(type));
  const tagSets = kind?.facets(spec).tagSets ?? [];
  const verified = await verify(credential ?? '', type === 'dataplane' ? { type, mesh, name, tagSets } : { type });
  return verified.ok ? ok(undefined) : err(`authentication failed: ${verified.error}`);
}

/** Whose tokens a secret decides on: those of a mesh's data plane proxies, or of zone proxies. */
export type TokenOwners = { readonly of: 'mesh'; readonly mesh: string } | { readonly of: 'zones' };

/** Whose streams must be authenticated again when this resource changes; undefined for most. */
export function findTokenOwners({ type, mesh, name }: ResourceKey): TokenOwners | undefined {
  if (type === 'Secret' && name.startsWith('dataplane-token-')) return { of: 'mesh', mesh };
  const isOfZones = type === 'GlobalSecret' && /^zone-(?:ingress-)?token-/.test(name);
  return isOfZones ? { of: 'zones' } : undefined;
}
