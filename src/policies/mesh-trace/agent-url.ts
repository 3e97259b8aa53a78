import { parseRequestUri } from '../../lib/request-uri.js';

/** Everything that is wrong with the URL of a Datadog agent, which may have a scheme, a host and a port, and nothing else. */
export function judgeAgentUrl(text: string): string[] {
  const uri = parseRequestUri(text);
  if (uri === undefined) return ['must be a valid url'];
  const [, scheme = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/.exec(text) ?? [];
  const [main = '', ...query] = rest.split('?');
  const [, authority = '', path = ''] =
    scheme === '' ? ['', '', main] : (/^\/\/([^/]*)(.*)$/.exec(main) ?? ['', '', main]);
  const isOpaque = scheme !== '' && main !== '' && !main.startsWith('/');
  return [
    ...(scheme.toLowerCase() === 'http' ? [] : ['scheme must be http']),
    ...judgePort(uri.port),
    ...(isOpaque ? ['opaque must not be defined'] : []),
    ...(authority.includes('@') ? ['user must not be defined'] : []),
    ...(path !== '' && !isOpaque ? ['path must not be defined'] : []),
    ...(query.join('?') === '' ? [] : ['query must not be defined']),
  ];
}

function judgePort(port: string): string[] {
  if (port === '') return ['port must be defined'];
  return Number(port) >= 1 && Number(port) <= 65535 ? [] : ['port must be a valid (1-65535)'];
}
