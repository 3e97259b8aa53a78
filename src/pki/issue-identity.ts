import { generateKeyPair, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';

import type * as X509 from '@peculiar/x509';

import { rememberByIdentity } from '../lib/remember.js';
import { serviceTag } from '../model/dataplane.js';
import type { KeyPair } from '../model/provision.js';
import type { CertificateSigner } from './certificate-signer.js';
import { makeSerialNumber } from './serial-number.js';
import { loadX509 } from './x509.js';

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
 * about 4 ms, in parts between which the event loop runs.
 */
export function issueIdentity(signer: CertificateSigner, request: IdentityRequest, now: number): Promise<KeyPair> {
  const names = identityUris(request).map((value) => ({ type: 'url', value }) as const);
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

/** What every certificate of a CA says of it, worked out once. */
const readIssuer = rememberByIdentity(async ({ certificate }: CertificateSigner) => {
  const x509 = await loadX509();
  const { subjectName: subject, notAfter, publicKey } = new x509.X509Certificate(certificate.raw);
  const keyIdentifier = await x509.AuthorityKeyIdentifierExtension.create(publicKey, false, webcrypto);
  return { x509, subject, notAfter, keyIdentifier };
});

/** What a key may be used for. */
type Usage = 'identity' | 'serverAuth' | 'clientAuth';

/** What certificates of one usage say besides names; made once for all of them. */
const makeConstants = rememberByIdentity((x509: typeof X509) => {
  const { KeyUsageFlags, ExtendedKeyUsage, KeyUsagesExtension, ExtendedKeyUsageExtension } = x509;
  const { digitalSignature, keyEncipherment, keyAgreement } = KeyUsageFlags;
  const isNoAuthority = new x509.BasicConstraintsExtension(false, undefined, true);
  const forAdmin = (usage: 'serverAuth' | 'clientAuth'): X509.Extension[] => [
    new KeyUsagesExtension(digitalSignature | keyEncipherment, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage[usage]]),
  ];
  const usages = {
    identity: [
      new KeyUsagesExtension(digitalSignature | keyEncipherment | keyAgreement, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    ],
    serverAuth: forAdmin('serverAuth'),
    clientAuth: forAdmin('clientAuth'),
  } satisfies Record<Usage, X509.Extension[]>;
  return { isNoAuthority, usages };
});

interface CertificateRequest {
  readonly names: readonly X509.JsonGeneralName[];
  readonly usage: Usage;
  /** Milliseconds. */
  readonly validity: number;
  readonly backdated: number;
  readonly now: number;
}

/** Never holds longer than the CA itself. */
async function issueCertificate(
  signer: CertificateSigner,
  { names, usage, validity, backdated, now }: CertificateRequest,
): Promise<KeyPair> {
  const [{ x509, subject, notAfter, keyIdentifier }, { publicKey, privateKey }] = await Promise.all([
    readIssuer(signer),
    generate('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'der' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
  ]);
  const { isNoAuthority, usages } = makeConstants(x509);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: makeSerialNumber(),
      issuer: subject,
      notBefore: new Date(now - backdated),
      notAfter: new Date(Math.min(now + validity, notAfter.getTime())),
      signingAlgorithm: signer.algorithm,
      publicKey,
      signingKey: signer.key,
      extensions: [
        isNoAuthority,
        keyIdentifier,
        ...usages[usage],
        new x509.SubjectAlternativeNameExtension([...names], true),
      ],
    },
    webcrypto,
  );
  return { certificate: `${certificate.toString('pem')}\n`, privateKey };
}
