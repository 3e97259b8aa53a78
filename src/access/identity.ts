/** Who sends a request. */
export interface Identity {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What clients that do not say who they are may do from other hosts. */
export type AnonymousAccess = 'none' | 'read' | 'write';

/** What is known of a request before its identity. */
export interface Caller {
  /** Address of the other end of the connection; headers never change it. */
  readonly peer: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Whether it has shown a certificate that makes it an administrator. */
  readonly isCertified: boolean;
}

/** The user with every right. */
export const administrator: Identity = {
  name: 'mesh-system:admin',
  groups: ['mesh-system:admin', 'mesh-system:authenticated'],
};
const anonymous: Identity = { name: 'mesh-system:anonymous', groups: ['mesh-system:unauthenticated'] };

const loopbackPeers = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const loopbackHost = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]+)?$/i;

/**
 * Clients of this very host are administrators, unless a web page may be behind them: a foreign `Host` is what DNS
 * rebinding looks like, an `Origin` what a page of another site sends. Addresses like 127.0.0.2 are remote (Kuma 2.5).
 */
export function identify({ peer, host, origin, isCertified }: Caller, localhostIsAdmin: boolean): Identity {
  const isLocal = loopbackPeers.has(peer) && origin === undefined && (host === undefined || loopbackHost.test(host));
  return isCertified || (localhostIsAdmin && isLocal) ? administrator : anonymous;
}

/** True for clients that have not said who they are. */
export const isAnonymous = ({ name }: Identity): boolean => name === anonymous.name;

/** True for members of the group of administrators. */
export const isAdministrator = ({ name, groups }: Identity): boolean =>
  name === 'mesh-system:admin' || groups.includes('mesh-system:admin');

/** True when the identity may do this to ordinary resources. */
export function isAllowed(identity: Identity, verb: 'read' | 'write', anonymousAccess: AnonymousAccess): boolean {
  if (!isAnonymous(identity)) return true;
  return anonymousAccess === 'write' || (anonymousAccess === 'read' && verb === 'read');
}

/** `name/group1,group2`, as Kuma's refusals name a user. */
export const describeIdentity = ({ name, groups }: Identity): string => `${name}/${groups.join(',')}`;
