import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { err, ok, type Result } from '../lib/result.js';
import { readCertificates } from './key-pair-files.js';

/** Where certificates are of clients, or of CAs that certify them; empty for none. */
export interface ClientAuthorityFiles {
  readonly folder: string;
  readonly file: string;
}

/**
 * The certificates in PEM: of a folder, those of all files that end in `.pem` or `.crt` (Kuma 2.5), sorted by name. The
 * error is one line.
 */
export async function loadClientAuthorities({
  folder,
  file,
}: ClientAuthorityFiles): Promise<Result<readonly string[], string>> {
  const listed = folder === '' ? ok([]) : await listFiles(folder);
  if (!listed.ok) return listed;
  const authorities: string[] = [];
  for (const path of [...listed.value, ...(file === '' ? [] : [file])]) {
    const read = await readCertificates(path);
    if (!read.ok) return read;
    authorities.push(...read.value.certificates.map(String));
  }
  return ok(authorities);
}

async function listFiles(folder: string): Promise<Result<readonly string[], string>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory() && ['.pem', '.crt'].includes(extname(entry.name)));
    return ok(files.map(({ name }) => join(folder, name)).sort());
  } catch (cause) {
    return err(`${folder} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
