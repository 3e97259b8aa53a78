import { isIPv6 } from 'node:net';

/** What callers ask of a request URI. */
export interface RequestUri {
  /** The port as it is written, without the colon; empty when there is none. */
  readonly port: string;
}

/** An URI without authority. */
const withoutAuthority: RequestUri = { port: '' };

/**
 * Reads an absolute path or an absolute URI by the rules of Go's `url.ParseRequestURI`, which differ from those of
 * browsers: the rest of `a:rest` may be anything, `*` is a URI. Undefined for what is none.
 */
export function parseRequestUri(text: string): RequestUri | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
  if (text === '*') return withoutAuthority;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*(?=:)/.exec(text)?.[0];
  const [rest = ''] = (scheme === undefined ? text : text.slice(scheme.length + 1)).split('?', 1);
  if (!rest.startsWith('/')) return scheme === undefined ? undefined : withoutAuthority;
  if (scheme === undefined || !rest.startsWith('//')) return hasValidEscapes(rest) ? withoutAuthority : undefined;
  const slash = rest.indexOf('/', 2);
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
  if (slash >= 0 && !hasValidEscapes(rest.slice(slash))) return undefined;
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !isUserInfo(authority.slice(0, at))) return undefined;
  return parseHost(authority.slice(at + 1));
}

const hasValidEscapes = (text: string): boolean => !/%(?![0-9a-fA-F]{2})/.test(text);

const isUserInfo = (text: string): boolean => /^[a-zA-Z0-9\-._:~!$&'()*+,;=%@]*$/.test(text) && hasValidEscapes(text);

/** In a host only bytes beyond ASCII, and the percent sign itself, may be escaped. */
const hostText = /^(?:[a-zA-Z0-9\-._~!$&'()*+,;=:[\]<>"\u0080-\uffff]|%25|%[89a-fA-F][0-9a-fA-F])*$/;
const zoneText = /^(?:[a-zA-Z0-9\-._~!$&'()*+,;=:[\]<>"\u0080-\uffff]|%[0-9a-fA-F]{2})+$/;
const portText = /^:[0-9]*$/;

function parseHost(host: string): RequestUri | undefined {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) return parseBracketedHost(host);
  const colon = host.lastIndexOf(':');
  if (colon < 0) return hostText.test(host) ? withoutAuthority : undefined;
  const port = host.slice(colon);
  return portText.test(port) && hostText.test(host) ? { port: port.slice(1) } : undefined;
}

function parseBracketedHost(host: string): RequestUri | undefined {
  // without a bracket the whole host is taken for the port, which it is not
  const end = host.lastIndexOf(']');
  const port = host.slice(end + 1);
  const address = host.slice(1, end);
  const zone = address.indexOf('%25');
  const isAddress =
    zone < 0
      ? isIPv6(address) && !address.includes('%')
      : isIPv6(address.slice(0, zone)) && zoneText.test(address.slice(zone + 3));
  return isAddress && (port === '' || portText.test(port)) ? { port: port.slice(1) } : undefined;
}
