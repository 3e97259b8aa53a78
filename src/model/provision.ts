import type { DataSource } from './data-source.js';
import type { ResourceKey } from './resource.js';
import type { Violation } from './violation.js';

/** A CA to be made: self-signed, RSA. */
export interface AuthorityRequest {
  readonly commonName: string;
  /** Of the SPIFFE ids that it certifies; absent for a CA of something else. */
  readonly trustDomain?: string;
  readonly rsaBits: number;
  /** Milliseconds from now on. */
  readonly validity: number;
  /** Milliseconds before now from which on it holds, for clocks that are late. */
  readonly backdated: number;
}

/**
 * A resource that is made together with another, or at the first start, unless it is there. What a mesh has goes with
 * it. Only of kinds without facets.
 */
export type Provision =
  | { readonly provide: 'resource'; readonly key: ResourceKey; readonly spec: unknown }
  /** A secret `<prefix>-1` with a key for tokens, unless there is any `<prefix>` or `<prefix>-<number>`. */
  | { readonly provide: 'signing-key'; readonly type: string; readonly mesh: string; readonly prefix: string }
  /** Secrets with the certificate and the key of a CA; one that lacks its counterpart is replaced. */
  | {
      readonly provide: 'authority';
      readonly certificate: ResourceKey;
      readonly privateKey: ResourceKey;
      readonly request: AuthorityRequest;
    }
  /** One secret with the certificate of a CA followed by its key. */
  | { readonly provide: 'authority-bundle'; readonly key: ResourceKey; readonly request: AuthorityRequest };

/** A certificate, or several that stand one after another, and the key of the first; PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A CA that the user provides, and the field of its conf. */
export interface ProvidedAuthority {
  readonly field: string;
  readonly cert: DataSource;
  readonly key: DataSource;
}

/** What makes and checks keys, as those see it who store them. Never blocks the event loop. */
export interface KeyMaker {
  /** A key that signs tokens: RSA, 2048 bits, PEM of PKCS#1. */
  makeSigningKey(): Promise<string>;
  makeAuthority(request: AuthorityRequest): Promise<KeyPair>;
  /** What is wrong with a CA, in Kuma's words; fields are `cert` and `cert[<i>]`. */
  checkAuthority(pair: KeyPair): Promise<readonly Violation[]>;
}
