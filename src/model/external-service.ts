import type { DataSource } from './data-source.js';
import type { Resource, Tags } from './resource.js';

/** How connections to an external service are encrypted. */
export interface ExternalServiceTls {
  readonly enabled?: boolean;
  readonly caCert?: DataSource;
  readonly clientCert?: DataSource;
  readonly clientKey?: DataSource;
  readonly allowRenegotiation?: boolean;
  readonly serverName?: string;
  readonly skipHostnameVerification?: boolean;
}

/** The part of an ExternalService's spec that the pure rooms look at; the whole shape is the schema of its kind. */
export interface ExternalServiceSpec {
  readonly networking?: {
    readonly address?: string;
    readonly tls?: ExternalServiceTls;
    /** The host of the address gets no name within the mesh. */
    readonly disableHostDNSEntry?: boolean;
  };
  readonly tags?: Tags;
}

export type ExternalService = Resource<ExternalServiceSpec>;
