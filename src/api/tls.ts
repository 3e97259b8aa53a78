import type { SecureContextOptions } from 'node:tls';

/** What the API needs to speak TLS. */
export interface ApiTls {
  /** Whether clients are asked for a certificate: they must have one that is trusted, or may; `off`: they are not asked. */
  readonly clientCertificates: 'off' | 'optional' | 'required';
  /** Certificate, key and what else holds for new connections. */
  readonly context: () => SecureContextOptions;
  /** Calls back with each later context; what comes back ends that. */
  readonly follow: (use: (context: SecureContextOptions) => void) => () => void;
}
