import { X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';

import { splitPem } from '../lib/pem.js';
import { loadX509 } from './x509.js';

/**
 * What is wrong with a certificate (PEM, the first counts) by which others are to be checked; undefined = nothing. One
 * that does not say whether it is a CA may be one (Kuma 2.5).
 */
export async function checkTrustAnchor(pem: string): Promise<'unreadable' | 'no-authority' | undefined> {
  const certificate = readFirst(pem);
  if (certificate === undefined) return 'unreadable';
  if (certificate.ca) return undefined;
  const x509 = await loadX509();
  const constraints = new x509.X509Certificate(certificate.raw).getExtension(x509.BasicConstraintsExtension);
  return constraints === null ? undefined : 'no-authority';
}

/** The DNS names and IP addresses that a certificate (PEM, the first counts) is for; none when it cannot be read. */
export function readHosts(pem: string): ReadonlySet<string> {
  const entries = readFirst(pem)?.subjectAltName?.split(', ') ?? [];
  return new Set(
    entries.flatMap((entry) => {
      const [, kind, host = ''] = /^(DNS|IP Address):(.*)$/.exec(entry) ?? [];
      if (kind === undefined) return [];
      return [isIPv6(host) ? shortenIPv6(host) : host];
    }),
  );
}

/** In the canonical form (RFC 5952), in which clients write it. */
const shortenIPv6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

function readFirst(pem: string): X509Certificate | undefined {
  const block = splitPem(pem).find(({ label }) => label === 'CERTIFICATE');
  if (block === undefined) return undefined;
  try {
    return new X509Certificate(block.text);
  } catch {
    return undefined;
  }
}
