import { isIpAddress } from './net.js';

/** Where an OpenTelemetry collector listens; `address` is a name or an IP address. */
export interface CollectorEndpoint {
  readonly address: string;
  readonly port: number;
}

const defaultPort = 4317;

/**
 * `host:port`, where the host is a name or an address; undefined for what leads nowhere. Kuma 2.5: a port that is no
 * number counts as 0.
 */
export function readCollectorEndpoint(text: string): CollectorEndpoint | undefined {
  if (isIpAddress(text)) return { address: text, port: defaultPort };
  const bracketed = /^\[([^\]]*)\](.*)$/s.exec(text);
  const [address = '', port = String(defaultPort)] =
    bracketed === null ? text.split(':') : [bracketed[1], bracketed[2]?.split(':')[1]];
  const number = /^[0-9]{1,9}$/.test(port) ? Number(port) : 0;
  return address === '' || number > 65_535 ? undefined : { address, port: number };
}
