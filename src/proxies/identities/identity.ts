import { isDeepStrictEqual } from 'node:util';

import { exchangeTime, type TrustedAuthorities } from './trust.js';

/** The identity of a proxy as it is stored under the proxy's name. */
export interface Identity {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
  /** Fingerprint of the CA that issued it, and the name of its backend. */
  readonly authority: string;
  readonly backend: string;
  /** What it certifies. */
  readonly tags: Tags;
  /** Milliseconds that were asked for. */
  readonly validity: number;
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** How many the proxy has had, this one included. */
  readonly count: number;
}

type Tags = Readonly<Record<string, readonly string[]>>;

/** What a proxy's identity has to be. */
export interface WantedIdentity {
  readonly backend: string;
  readonly tags: Tags;
  readonly validity: number;
  readonly trusted: TrustedAuthorities;
}

/** When an identity is exchanged though nothing else changed: after four fifths of its life (Kuma 2.5). */
export const renewalTime = ({ issuedAt, expiresAt }: Identity): number => issuedAt + ((expiresAt - issuedAt) / 5) * 4;

/** Whether the proxy may keep the identity that it has. */
export function isCurrent(identity: Identity, wanted: WantedIdentity, now: number): boolean {
  const [issuing, ...earlier] = wanted.trusted;
  const isByIssuing = identity.authority === issuing.fingerprint;
  const isByEarlier = earlier.some(({ fingerprint }) => fingerprint === identity.authority);
  return (
    (isByIssuing || (isByEarlier && now < exchangeTime(wanted.trusted))) &&
    // the name of a CA counts once it is the one that issued
    (!isByIssuing || identity.backend === wanted.backend) &&
    identity.validity === wanted.validity &&
    now < renewalTime(identity) &&
    isDeepStrictEqual(identity.tags, wanted.tags)
  );
}
