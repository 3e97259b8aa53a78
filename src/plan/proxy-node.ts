/** What the admin listener proves itself with, and of which authority its clients must be; base64 of PEM. */
export interface AdminCertificates {
  readonly certificateChain: string;
  readonly privateKey: string;
  readonly authority: string;
}

/** What a connected proxy tells of itself, as far as its configuration depends on it. */
export interface ProxyNode {
  /** Where on the proxy's own host Envoy's admin listens; absent = it does not, or nobody knows. */
  readonly admin?: { readonly address: string; readonly port: number };
  readonly readinessPort?: number;
  /** Ports of the name server beside the proxy and of the one behind it. */
  readonly dns?: { readonly port: number; readonly emptyPort: number };
  /** Socket to which access logs go that leave the host. */
  readonly accessLogSocketPath: string;
  /** Socket at which metrics are answered. */
  readonly metricsSocketPath: string;
  /** Files with which metrics are served encrypted; absent = there are none. */
  readonly metricsFiles?: { readonly certificatePath: string; readonly keyPath: string };
  /** What the admin listener proves itself with; absent = there is none. */
  readonly adminCertificates?: AdminCertificates;
  /** Access logs can go through a named pipe; older proxies stream them. */
  readonly hasLogPipe: boolean;
  /** Names of the extensions Envoy was built with; absent = unknown, so that all count as there. */
  readonly extensions?: ReadonlySet<string>;
}

/** Whether Envoy can count Kafka's requests: the extension is a contrib one, which ordinary builds lack. */
export const countsKafka = ({ extensions }: ProxyNode): boolean =>
  extensions === undefined || extensions.has('envoy.filters.network.kafka_broker');

/** What is taken for true of a proxy that is not connected: one of this version, of which no port is known. */
export const offlineNode: ProxyNode = {
  accessLogSocketPath: '/tmp/kuma-al.sock',
  metricsSocketPath: '/tmp/kuma-mh.sock',
  hasLogPipe: true,
};
