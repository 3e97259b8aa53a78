import { createSecureContext, type SecureContextOptions, type SecureVersion } from 'node:tls';

import { err, ok, type Result } from '../lib/result.js';
import { loadClientAuthorities, type ClientAuthorityFiles } from './client-authorities.js';
import type { ServerTls, TlsLog } from './server-tls.js';

/** What holds for the connections of a server besides its certificate. */
export interface TlsContextSettings {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
  /** For TLS 1.2, as IANA names them; without any, those of Node.js. */
  readonly cipherSuites: readonly string[];
  /** What certifies clients. */
  readonly clients: ClientAuthorityFiles;
}

/** What a server needs for new connections, and what exchanges it while it runs. */
export interface TlsContext {
  current(): SecureContextOptions;
  /** Calls back with each later context; what comes back ends that. */
  follow(use: (context: SecureContextOptions) => void): () => void;
  /** Reads what certifies clients again; what cannot be read changes nothing but for a line in the log. Never rejects. */
  reload(): Promise<void>;
}

/** The context of one server, with the certificate of all. The error is one line. */
export async function openTlsContext(
  tls: ServerTls,
  { minVersion, maxVersion, cipherSuites, clients }: TlsContextSettings,
  log: TlsLog,
): Promise<Result<TlsContext, string>> {
  const first = await loadClientAuthorities(clients);
  if (!first.ok) return first;
  let authorities = first.value;
  const build = (): SecureContextOptions => ({
    cert: tls.current().certificate,
    key: tls.current().privateKey,
    ca: [...authorities],
    minVersion,
    maxVersion,
    ...(cipherSuites.length === 0 ? {} : { ciphers: cipherSuites.join(':') }),
  });
  try {
    createSecureContext(build());
  } catch (cause) {
    return err(`TLS cannot be served as it is set: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const followers = new Set<(context: SecureContextOptions) => void>();
  const tell = (): void => {
    for (const use of followers) use(build());
  };
  tls.follow(tell);
  return ok({
    current: build,
    follow: (use) => {
      followers.add(use);
      return () => void followers.delete(use);
    },
    reload: async () => {
      const next = await loadClientAuthorities(clients);
      if (!next.ok) {
        log.error({}, `the certificates of clients stay as they were: ${next.error}`);
        return;
      }
      if (next.value.join('') === authorities.join('')) return;
      authorities = next.value;
      tell();
      log.info({ count: authorities.length }, 'other certificates of clients are trusted from now on');
    },
  });
}
