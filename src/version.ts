import { readFileSync } from 'node:fs';

/** Version of this package. */
export const version: string = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }
).version;

/** The version of Kuma whose API and behaviour this server has. */
export const kumaVersion = '2.5.11';
