import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

import { err, ok, type Result } from '../lib/result.js';
import type { KeyPair } from '../model/provision.js';
import type { Violation } from '../model/violation.js';
import { splitPem, type PemBlock } from '../lib/pem.js';
import { loadX509 } from './x509.js';

/**
 * Whether certificates and a key can be a CA: the key fits the first certificate, and each certificate may sign others.
 * Dates are not looked at. Words of Kuma 2.5, which are those of Go.
 */
export async function checkAuthority(pair: KeyPair): Promise<readonly Violation[]> {
  const certificates = readKeyPair(pair);
  if (!certificates.ok) return [{ field: 'cert', message: `not a valid TLS key pair: ${certificates.error}` }];
  const checked = await Promise.all(certificates.value.map(checkUsage));
  return checked.flatMap((messages, i) => messages.map((message) => ({ field: `cert[${i}]`, message })));
}

/** The certificates; the error says why they and the key are no pair. */
function readKeyPair({ certificate, privateKey }: KeyPair): Result<readonly X509Certificate[], string> {
  const blocks = splitPem(certificate);
  const certificateBlocks = blocks.filter(({ label }) => label === 'CERTIFICATE');
  if (certificateBlocks.length === 0) return err(describeMissing('certificate', '"CERTIFICATE" PEM block', blocks));
  const keyBlocks = splitPem(privateKey);
  const keyBlock = keyBlocks.find(({ label }) => label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY'));
  if (keyBlock === undefined) {
    return err(describeMissing('key', 'PEM block with type ending in "PRIVATE KEY"', keyBlocks));
  }
  const certificates = certificateBlocks.map(({ text }) => parse(() => new X509Certificate(text)));
  const readable = certificates.filter((each) => each !== undefined);
  const [leaf] = certificates;
  if (leaf === undefined || readable.length < certificates.length) return err('x509: malformed certificate');
  const key = parse(() => createPrivateKey(keyBlock.text));
  if (key === undefined) return err('tls: failed to parse private key');
  return fits(leaf, key) ? ok(readable) : err('tls: private key does not match public key');
}

function describeMissing(input: 'certificate' | 'key', wanted: string, blocks: readonly PemBlock[]): string {
  if (blocks.length === 0) return `tls: failed to find any PEM data in ${input} input`;
  const labels = blocks.slice(0, 10).map(({ label }) => label);
  return `tls: failed to find ${wanted} in ${input} input after skipping PEM blocks of the following types: [${labels.join(' ')}]`;
}

/** Undefined for what OpenSSL cannot read. */
function parse<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const fits = (certificate: X509Certificate, key: KeyObject): boolean =>
  parse(() => certificate.checkPrivateKey(key)) === true;

async function checkUsage(certificate: X509Certificate): Promise<readonly string[]> {
  const x509 = await loadX509();
  const extension = parse(() => new x509.X509Certificate(certificate.raw).getExtension(x509.KeyUsagesExtension));
  const usages = extension?.usages ?? 0;
  const { keyCertSign, keyAgreement } = x509.KeyUsageFlags;
  return [
    ...(certificate.ca ? [] : ["basic constraint 'CA' must be set to 'true' (see X509-SVID: 4.1. Basic Constraints)"]),
    ...((usages & keyCertSign) === 0
      ? ["key usage extension 'keyCertSign' must be set (see X509-SVID: 4.3. Key Usage)"]
      : []),
    ...((usages & keyAgreement) === 0
      ? []
      : ["key usage extension 'keyAgreement' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)"]),
  ];
}
