/** The variable of a key: `apiServer.http.port` is `KUMA_API_SERVER_HTTP_PORT`, and the same with the prefix `SKEIN`. */
export const toEnvName = (prefix: 'KUMA' | 'SKEIN', path: string): string =>
  [prefix, ...path.split('.').map(toSnakeCase)].join('_');

const toSnakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
