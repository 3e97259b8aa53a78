import type * as X509 from '@peculiar/x509';

/** The library for certificates; loaded when it is first needed, since most starts of a server need none. */
export async function loadX509(): Promise<typeof X509> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}
