import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';

import { err, ok, type Result } from '../lib/result.js';
import type { KeyPair } from '../model/provision.js';
import { readPair, writePair, type KeyPairFiles, type ReadPair } from './key-pair-files.js';
import { makeServerAuthority, makeServerCertificate } from './make-server-certificate.js';

/** The TLS certificate of this server; PEM, the chain after it. */
export interface ServerCertificate extends KeyPair {
  /** What clients check it with, as far as that is known: the CAs in the file, or it itself when it is self-signed. */
  readonly authority: string | undefined;
  /** Where it is from; for messages. */
  readonly file: string;
}

/** Where the certificate comes from: the user's files, or a folder in which it is made, for these names and addresses. */
export type CertificateSource =
  | ({ readonly from: 'files' } & KeyPairFiles)
  | { readonly from: 'folder'; readonly folder: string; readonly names: readonly string[] };

const day = 24 * 3_600_000;

/** A certificate that is made is made anew this many milliseconds before its end. */
const renewalTime = 60 * day;

/**
 * Reads the certificate from files; or from a folder, where what is missing, broken, near its end or for other names is
 * made (EC, P-256, by a CA that is kept there, so that clients can go on trusting it). `now` in milliseconds since 1970.
 * The error is one line.
 */
export async function loadServerCertificate(
  source: CertificateSource,
  now: number,
): Promise<Result<ServerCertificate, string>> {
  switch (source.from) {
    case 'files': {
      const pair = await readPair(source);
      return pair.ok ? toUsable(toServerCertificate(pair.value, source.certFile)) : pair;
    }
    case 'folder':
      try {
        return ok(await keepCertificate(source.folder, toSanNames(source.names), now));
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        return err(`no TLS certificate can be made in ${source.folder}: ${reason}`);
      }
  }
}

async function keepCertificate(folder: string, names: readonly string[], now: number): Promise<ServerCertificate> {
  const filesOf = (name: string): KeyPairFiles => ({
    certFile: join(folder, `${name}.crt`),
    keyFile: join(folder, `${name}.key`),
  });
  const authority = await keepPair(
    filesOf('ca'),
    ({ certificates: [ca] }) => ca.ca && holds(ca, now),
    () => makeServerAuthority(now),
  );
  const files = filesOf('server');
  const server = await keepPair(
    files,
    ({ certificates: [leaf] }) =>
      holds(leaf, now) && leaf.verify(authority.certificates[0].publicKey) && isFor(leaf, names),
    () => makeServerCertificate(authority, names, now),
  );
  return toServerCertificate(server, files.certFile);
}

/** The pair in the files, made before if there is none that will do. */
async function keepPair(
  files: KeyPairFiles,
  willDo: (pair: ReadPair) => boolean,
  make: () => Promise<KeyPair>,
): Promise<ReadPair> {
  const known = await readPair(files);
  if (known.ok && willDo(known.value)) return known.value;
  await writePair(files, await make());
  const made = await readPair(files);
  if (!made.ok) throw new Error(made.error);
  return made.value;
}

/** OpenSSL refuses some that it can read, e.g. those with short keys. */
function toUsable(certificate: ServerCertificate): Result<ServerCertificate, string> {
  try {
    createSecureContext({ cert: certificate.certificate, key: certificate.privateKey });
    return ok(certificate);
  } catch (cause) {
    return err(`${certificate.file} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function toServerCertificate({ certificate, privateKey, certificates }: ReadPair, file: string): ServerCertificate {
  const authorities = certificates.filter((each) => each.ca || each.checkIssued(each));
  const authority = authorities.length === 0 ? undefined : authorities.map(String).join('');
  return { certificate, privateKey, authority, file };
}

const holds = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now + renewalTime < Date.parse(validTo);

/** True for a certificate of just these names and addresses. */
function isFor(certificate: X509Certificate, names: readonly string[]): boolean {
  const count = certificate.subjectAltName?.split(', ').length ?? 0;
  return count === names.length && names.every((name) => hasName(certificate, name));
}

const hasName = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? certificate.checkHost(name, { subject: 'never' }) : certificate.checkIP(name)) !== undefined;

/** What can stand in a certificate, each once: no zones of IPv6 addresses, no names with other than ASCII characters. */
const toSanNames = (names: readonly string[]): readonly string[] => [
  ...new Set(names.map((name) => name.toLowerCase()).filter((name) => isIP(name) !== 0 || /^[a-z0-9._-]+$/.test(name))),
];
