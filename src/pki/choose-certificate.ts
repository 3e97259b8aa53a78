import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';

import type { CertificateSource } from './server-certificate.js';
import { listHostAddresses } from './server-tls.js';

/** Where a section of the settings says that a certificate is; empty texts for nowhere. */
export interface TlsFiles {
  readonly tlsCertFile: string;
  readonly tlsKeyFile: string;
}

/** Where the certificate of the servers comes from: the files of the first section that names some, or the work directory. */
export function chooseCertificateSource(
  sections: readonly TlsFiles[],
  { workDir, names }: { readonly workDir: string; readonly names: readonly string[] },
): CertificateSource {
  const files = sections.find(({ tlsCertFile }) => tlsCertFile !== '');
  if (files !== undefined) return { from: 'files', certFile: files.tlsCertFile, keyFile: files.tlsKeyFile };
  // an address that stands for all is none
  const given = names.filter((name) => name !== '0.0.0.0' && name !== '::');
  return {
    from: 'folder',
    folder: join(workDir, 'tls'),
    names: [hostname(), 'localhost', '127.0.0.1', '::1', ...listHostAddresses(), ...given],
  };
}

/** A version of TLS as Kuma's settings name it. */
export type TlsVersionName = 'TLSv1_2' | 'TLSv1_3';

/** The same version as Node.js names it. */
export const toSecureVersion = (name: TlsVersionName): SecureVersion => (name === 'TLSv1_2' ? 'TLSv1.2' : 'TLSv1.3');
