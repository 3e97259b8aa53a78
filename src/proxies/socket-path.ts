import type { ProxyKey } from './proxy-hooks.js';

/** What a socket between Envoy and the program that runs it is for: lines of access logs, or metrics. */
export type SocketUse = 'access-log' | 'metrics';

const prefixes: Readonly<Record<SocketUse, string>> = { 'access-log': 'kuma-al', metrics: 'kuma-mh' };

/** A socket's path may have 104 bytes. */
const maxStem = 98;

/** Older data planes do not tell where their sockets are: both sides work it out (Kuma 2.5). */
export const findSocketPath = (use: SocketUse, { mesh, name }: Pick<ProxyKey, 'mesh' | 'name'>, folder: string) =>
  `${`${folder}/${prefixes[use]}-${name}-${mesh}`.slice(0, maxStem)}.sock`;
