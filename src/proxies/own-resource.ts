import { err, ok, type Result } from '../lib/result.js';
import type { Kind } from '../model/kind.js';
import { isProxyType, readProxyResource, type ProxyResource, type ProxyType } from './read-proxy-resource.js';

/** A proxy as it tells of itself when it connects. Everything is what a client wrote. */
export interface AskingProxy {
  readonly mesh: string;
  readonly name: string;
  /** Metadata of Envoy's node. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What a proxy says it is; absent or empty = dataplane. The error is for the proxy. */
export function readProxyType({ metadata }: Pick<AskingProxy, 'metadata'>): Result<ProxyType, string> {
  const type = metadata['dataplane.proxyType'] ?? '';
  if (type === '') return ok('dataplane');
  return typeof type === 'string' && isProxyType(type)
    ? ok(type)
    : err(`unsupported proxy type ${JSON.stringify(type)}`);
}

/** The resource that a proxy brings along in its metadata; undefined when it brings none. It must be the proxy's own. */
export function readOwnResource(kinds: readonly Kind[], proxy: AskingProxy): Result<ProxyResource | undefined, string> {
  const text = proxy.metadata['dataplane.resource'];
  if (typeof text !== 'string' || text === '') return ok(undefined);
  const type = readProxyType(proxy);
  if (!type.ok) return type;
  const read = readProxyResource(kinds, type.value, text);
  if (!read.ok) {
    const { error } = read;
    if (error.refusal === 'unreadable') return err(error.detail);
    return err(error.violations.map(({ field, message }) => `${field}: ${message}`).join('; '));
  }
  const { mesh, name } = read.value.key;
  if (mesh === proxy.mesh && name === proxy.name) return read;
  return err(`the proxy ${describeProxyKey(proxy)} does not match its resource ${describeProxyKey({ mesh, name })}`);
}

/** `mesh.name`, as Envoy's node is called. */
export const describeProxyKey = ({ mesh, name }: Pick<AskingProxy, 'mesh' | 'name'>): string => `${mesh}.${name}`;
