import { generateKeyPair } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';

import { serviceTag } from '../model/dataplane.js';
import type { KeyPair } from '../model/provision.js';
import type { CertificateSigner } from './certificate-signer.js';
import { signCertificate, type AlternativeName, type Usage } from './sign-certificate.js';

/** Whose identity is certified. */
export interface IdentityRequest {
  /** The trust domain: the mesh. */
  readonly mesh: string;
  /** All values of each tag of the proxy. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds from now on. */
  readonly validity: number;
}

/** How long an identity holds when nothing is said, in milliseconds (Kuma 2.5). */
export const defaultIdentityValidity = 24 * 3_600_000;

/** Certificates hold from a little earlier on than they are made, for clocks that are late; in milliseconds. */
const clockSkew = 10_000;

const generate = promisify(generateKeyPair);

/**
 * Makes a key (P-256) and the certificate of a proxy's identity: no subject, but `spiffe://<mesh>/<service>` for each of
 * its services and `kuma://<tag>/<value>` for each tag, as Kuma 2.5 has it. `now` in milliseconds since 1970. Takes
 * about 1 ms, most of it outside of the event loop.
 */
export function issueIdentity(signer: CertificateSigner, request: IdentityRequest, now: number): Promise<KeyPair> {
  const names = identityUris(request).map((value) => ({ type: 'uri', value }) as const);
  return issueCertificate(signer, { ...request, names, usage: 'identity', now, backdated: clockSkew });
}

/** What a proxy is called in its certificate. */
export function identityUris({ mesh, tags }: Pick<IdentityRequest, 'mesh' | 'tags'>): readonly string[] {
  const services = (tags.get(serviceTag) ?? []).map((service) => `spiffe://${mesh}/${service}`);
  const names = [...tags.keys()].sort();
  return [...services, ...names.flatMap((tag) => (tags.get(tag) ?? []).map((value) => `kuma://${tag}/${value}`))];
}

/** Ten years, in milliseconds: the certificates of Envoy's admin hold as long as their CA (Kuma 2.5). */
const adminValidity = 10 * 365 * 24 * 3_600_000;

/** Makes a certificate for Envoy's admin at these addresses or names. `now` in milliseconds since 1970. */
export const issueAdminServer = (
  signer: CertificateSigner,
  addresses: readonly string[],
  now: number,
): Promise<KeyPair> => issueAdmin(signer, addresses, 'serverAuth', now);

/** The name by which Envoy's admin knows the control plane (Kuma 2.5). */
const controlPlaneName = 'kuma-cp';

/** Makes a certificate with which a control plane asks Envoy's admin. `now` in milliseconds since 1970. */
export const issueAdminClient = (signer: CertificateSigner, now: number): Promise<KeyPair> =>
  issueAdmin(signer, [controlPlaneName], 'clientAuth', now);

const issueAdmin = (
  signer: CertificateSigner,
  names: readonly string[],
  usage: 'serverAuth' | 'clientAuth',
  now: number,
): Promise<KeyPair> =>
  issueCertificate(signer, {
    names: names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const),
    usage,
    validity: adminValidity,
    now,
    backdated: 30 * clockSkew,
  });

interface CertificateRequest {
  readonly names: readonly AlternativeName[];
  readonly usage: Usage;
  /** Milliseconds. */
  readonly validity: number;
  readonly backdated: number;
  readonly now: number;
}

async function issueCertificate(
  signer: CertificateSigner,
  { names, usage, validity, backdated, now }: CertificateRequest,
): Promise<KeyPair> {
  const { publicKey, privateKey } = await generate('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const period = { notBefore: now - backdated, notAfter: now + validity };
  return { certificate: await signCertificate(signer, { publicKey, names, usage, ...period }), privateKey };
}
