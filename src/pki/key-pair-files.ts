import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import { err, ok, type Result } from '../lib/result.js';
import { splitPem } from '../lib/pem.js';
import type { KeyPair } from '../model/provision.js';

/** Where a certificate and its key are. */
export interface KeyPairFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A key pair that was read: the key fits the first certificate. */
export interface ReadPair extends KeyPair {
  readonly certificates: ReadCertificates['certificates'];
}

/** Reads a certificate, with the chain after it, and its key; the error names the file and what is wrong with it. */
export async function readPair({ certFile, keyFile }: KeyPairFiles): Promise<Result<ReadPair, string>> {
  const [certificate, privateKey] = await Promise.all([readCertificates(certFile), readText(keyFile)]);
  if (!certificate.ok) return certificate;
  if (!privateKey.ok) return privateKey;
  const { text, certificates } = certificate.value;
  const [leaf] = certificates;
  const key = parseKey(privateKey.value);
  if (key === undefined) return err(`${keyFile} holds no private key in PEM that can be read`);
  if (!leaf.checkPrivateKey(key)) return err(`the key in ${keyFile} is not that of the certificate in ${certFile}`);
  return ok({ certificate: text, privateKey: privateKey.value, certificates });
}

/** Certificates of a file, at least one, and its text. */
export interface ReadCertificates {
  readonly text: string;
  readonly certificates: readonly [X509Certificate, ...X509Certificate[]];
}

/** Reads the certificates of a file; the error names it and what is wrong with it. */
export async function readCertificates(path: string): Promise<Result<ReadCertificates, string>> {
  const text = await readText(path);
  if (!text.ok) return text;
  const [first, ...others] = parseCertificates(text.value) ?? [];
  return first === undefined
    ? err(`${path} holds no certificate in PEM that can be read`)
    : ok({ text: text.value, certificates: [first, ...others] });
}

/** Writes both, each whole or not at all; only the owner may read the key. Rejects when that cannot be. */
export async function writePair({ certFile, keyFile }: KeyPairFiles, pair: KeyPair): Promise<void> {
  await mkdir(dirname(certFile), { recursive: true, mode: 0o700 });
  await writeWhole(keyFile, pair.privateKey, 0o600);
  await writeWhole(certFile, pair.certificate, 0o644);
}

/** All certificates of a text; undefined when one of them cannot be read. */
function parseCertificates(text: string): readonly X509Certificate[] | undefined {
  const blocks = splitPem(text).filter(({ label }) => label === 'CERTIFICATE');
  try {
    return blocks.map((block) => new X509Certificate(block.text));
  } catch {
    return undefined;
  }
}

function parseKey(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<Result<string, string>> {
  try {
    return ok(await readFile(path, 'utf8'));
  } catch (cause) {
    return err(`${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { force: true });
  const file = await open(unfinished, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
