import type { Result } from '../lib/result.js';
import type { AdminCertificate } from './admin-certificates.js';

/** Names a proxy. */
export interface ProxyKey {
  /** Empty for a zone proxy. */
  readonly mesh: string;
  readonly name: string;
  /** Of a zone proxy; absent for that of a Dataplane. */
  readonly proxyType?: 'ingress' | 'egress';
}

/** A proxy that opens a stream, as its first request tells of it. */
export interface ConnectingProxy extends ProxyKey {
  /** Metadata of Envoy's node: `dataplane.resource`, `dataplane.proxyType`, `version`… What a client wrote: check it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The `authorization` of the stream; undefined without one. */
  readonly credential: string | undefined;
  /** Address that the connection comes from; empty when it is not known. */
  readonly remoteAddress: string;
}

/** Proto-JSON of secrets by name. */
export type Secrets = ReadonlyMap<string, object>;

/**
 * What is done for live proxies by others than those who deliver. Every stream of a proxy, whatever it delivers, goes
 * through `authenticate`, then `register`; nothing is answered before.
 */
export interface ProxyHooks {
  /** Whether the proxy may have the configuration of this name; the error goes to the client. Asked again when tokens are revoked. */
  authenticate(proxy: ConnectingProxy): Promise<Result<void, string>>;
  /** Makes the Dataplane that the proxy brings along; does nothing when it brings none. */
  register(proxy: ConnectingProxy): Promise<Result<void, string>>;
  /** The proxy has answered something; `hasAll` tells whether it has taken everything that it is to have. */
  onAnswer(proxy: ProxyKey, hasAll: () => boolean): void;
  /** The last stream of the proxy to this server has ended. */
  onDisconnect(proxy: ConnectingProxy): void;
  /** What Envoy's admin proves itself with; undefined when it cannot be issued. Identical as long as nothing changed. */
  issueAdminCertificates(proxy: ConnectingProxy): Promise<AdminCertificate | undefined>;
  /**
   * The secrets of these names with their keys and certificates; the pipeline's own hold placeholders where something
   * has to be issued. Identical (===) maps and secrets, and at once, as long as nothing changed.
   */
  issueSecrets(proxy: ProxyKey, secrets: Secrets): Secrets | Promise<Secrets>;
}
