/** What stands before and behind the last colon of an address. */
export interface HostPort {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  /** Any text. */
  readonly port: string;
}

/**
 * Splits `host:port` or `[host]:port` as Go's `net.SplitHostPort` does; undefined when it is neither. Host and port may
 * be empty and are not looked at.
 */
export function splitHostPort(address: string): HostPort | undefined {
  const colon = address.lastIndexOf(':');
  if (colon < 0) return undefined;
  const isBracketed = address.startsWith('[');
  // behind the bracket the colon must follow at once
  if (isBracketed && address.indexOf(']') !== colon - 1) return undefined;
  const host = isBracketed ? address.slice(1, colon - 1) : address.slice(0, colon);
  const port = address.slice(colon + 1);
  const hasStray = /[[\]]/.test(host + port) || (!isBracketed && host.includes(':'));
  return hasStray ? undefined : { host, port };
}
