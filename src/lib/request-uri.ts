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
  if (text === '' || hasControlCharacters(text)) return undefined;
  if (text === '*') return withoutAuthority;
  const scheme = schemeText.exec(text)?.[0];
  const [rest = ''] = (scheme === undefined ? text : text.slice(scheme.length + 1)).split('?', 1);
  if (!rest.startsWith('/')) return scheme === undefined ? undefined : withoutAuthority;
  if (scheme === undefined || !rest.startsWith('//')) return hasValidEscapes(rest) ? withoutAuthority : undefined;
  const { authority, path } = splitAuthority(rest);
  return hasValidEscapes(path) ? parseAuthority(authority)?.uri : undefined;
}

/** The parts of a URL that callers ask for. */
export interface UrlParts {
  /** With its port, without user; empty when there is none. */
  readonly host: string;
  /** As it is written. */
  readonly path: string;
}

/** Reads a URL, or a reference relative to one, by the rules of Go's `url.Parse`. Undefined for what is none. */
export function parseUrl(text: string): UrlParts | undefined {
  const hash = text.indexOf('#');
  const [main, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)];
  if (hasControlCharacters(main) || main.startsWith(':') || !hasValidEscapes(fragment)) return undefined;
  const scheme = schemeText.exec(main)?.[0];
  const [rest = ''] = (scheme === undefined ? main : main.slice(scheme.length + 1)).split('?', 1);
  if (!rest.startsWith('/') && scheme !== undefined) return { host: '', path: '' };
  if (!rest.startsWith('/') && rest.split('/', 1)[0]?.includes(':') === true) return undefined;
  const hasAuthority = rest.startsWith('//') && (scheme !== undefined || !rest.startsWith('///'));
  const { authority, path } = hasAuthority ? splitAuthority(rest) : { authority: '', path: rest };
  const host = parseAuthority(authority)?.host;
  return host === undefined || !hasValidEscapes(path) ? undefined : { host, path };
}

const schemeText = /^[a-zA-Z][a-zA-Z0-9+.-]*(?=:)/;

// eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
const hasControlCharacters = (text: string): boolean => /[\u0000-\u001f\u007f]/.test(text);

/** Of what begins with two slashes. */
function splitAuthority(text: string): { readonly authority: string; readonly path: string } {
  const slash = text.indexOf('/', 2);
  return slash < 0
    ? { authority: text.slice(2), path: '' }
    : { authority: text.slice(2, slash), path: text.slice(slash) };
}

function parseAuthority(authority: string): { readonly host: string; readonly uri: RequestUri } | undefined {
  const at = authority.lastIndexOf('@');
  if (at >= 0 && !isUserInfo(authority.slice(0, at))) return undefined;
  const host = authority.slice(at + 1);
  const uri = parseHost(host);
  return uri === undefined ? undefined : { host, uri };
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
