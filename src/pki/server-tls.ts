import { networkInterfaces } from 'node:os';

import { err, ok, type Result } from '../lib/result.js';
import { loadServerCertificate, type CertificateSource, type ServerCertificate } from './server-certificate.js';

/** Where is written which certificate is used. */
export interface TlsLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The certificate of all servers of this process, and what exchanges it while they run. */
export interface ServerTls {
  /** The newest one that could be read. */
  current(): ServerCertificate;
  /**
   * Calls back with each further certificate, e.g. for `setSecureContext` of a server: connections that stand go on.
   * What comes back ends that.
   */
  follow(use: (certificate: ServerCertificate) => void): () => void;
  /** Reads the certificate again. One that cannot be read changes nothing but for a line in the log. Never rejects. */
  reload(): Promise<void>;
}

/** Loads the certificate of the servers; the error is one line. `now` gives milliseconds since 1970. */
export async function openServerTls(
  source: CertificateSource,
  { log, now = Date.now }: { readonly log: TlsLog; readonly now?: () => number },
): Promise<Result<ServerTls, string>> {
  const first = await loadServerCertificate(source, now());
  if (!first.ok) return err(first.error);
  let current = first.value;
  const followers = new Set<(certificate: ServerCertificate) => void>();
  return ok({
    current: () => current,
    follow: (use) => {
      followers.add(use);
      return () => void followers.delete(use);
    },
    reload: async () => {
      const next = await loadServerCertificate(source, now());
      if (!next.ok) {
        log.error({}, `the TLS certificate stays as it was: ${next.error}`);
        return;
      }
      if (next.value.certificate === current.certificate && next.value.privateKey === current.privateKey) return;
      current = next.value;
      for (const use of followers) use(current);
      log.info({ file: current.file }, 'a new TLS certificate is used from now on');
    },
  });
}

/** The addresses of this host that others can connect to without naming an interface. */
export const listHostAddresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ scopeid }) => scopeid === undefined || scopeid === 0)
    .map(({ address }) => address);
