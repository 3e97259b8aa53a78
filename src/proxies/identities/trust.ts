/** A CA of a mesh, as long as there may be identities by it. */
export interface TrustedAuthority {
  readonly fingerprint: string;
  /** All of its certificates, PEM. */
  readonly certificates: string;
  /** When it was first trusted; all times in milliseconds since 1970. */
  readonly since: number;
  /** When it need not be trusted any more; absent for the one that issues. */
  readonly until?: number;
}

/** The CAs of a mesh; the first one issues, the others did. Never empty. */
export type TrustedAuthorities = readonly [TrustedAuthority, ...TrustedAuthority[]];

/**
 * How long a new CA is only trusted before what the old one issued is exchanged: time for every proxy to hear of it, so
 * that none is shown a certificate that it cannot check. In milliseconds.
 */
export const handover = 10_000;

/**
 * The CAs to trust when this one issues. Those before it are trusted until the last identity they issued has ended. The
 * same value when nothing changes.
 */
export function trustAuthority(
  known: readonly TrustedAuthority[],
  { fingerprint, certificates }: Pick<TrustedAuthority, 'fingerprint' | 'certificates'>,
  { now, validity }: { readonly now: number; readonly validity: number },
): TrustedAuthorities {
  const valid = known.filter(({ until }) => until === undefined || until > now);
  const [issuing, ...others] = valid;
  if (issuing?.fingerprint === fingerprint && issuing.certificates === certificates) {
    return others.length + 1 === known.length ? (known as TrustedAuthorities) : [issuing, ...others];
  }
  const since = valid.find((each) => each.fingerprint === fingerprint)?.since ?? now;
  const earlier = valid
    .filter((each) => each.fingerprint !== fingerprint)
    .map((each) => ({ ...each, until: each.until ?? now + validity }));
  return [{ fingerprint, certificates, since }, ...earlier];
}

/** When proxies that have an identity by an earlier CA get one by the CA that issues. */
export const exchangeTime = ([issuing, ...earlier]: TrustedAuthorities): number =>
  earlier.length === 0 ? issuing.since : issuing.since + handover;

/** When something about the CAs changes by itself next; undefined = never. */
export function nextTrustChange(trusted: TrustedAuthorities, now: number): number | undefined {
  const times = [exchangeTime(trusted), ...trusted.map(({ until }) => until ?? 0)].filter((time) => time > now);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The certificates of all of them, PEM. */
export const bundleOf = (trusted: readonly TrustedAuthority[]): string =>
  trusted.map(({ certificates }) => certificates).join('');
