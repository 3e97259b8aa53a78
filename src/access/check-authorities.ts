import type { KeyMaker, ProvidedAuthority } from '../model/provision.js';
import type { Violation } from '../model/violation.js';
import type { Precondition, Store } from '../store/store.js';
import { loadDataSource } from './load-data-source.js';

/** What was found of CAs that are provided, and what must not change until what names them is stored. */
export interface CheckedAuthorities {
  readonly violations: readonly Violation[];
  readonly preconditions: readonly Precondition[];
}

/** Loads the CAs that a resource of the mesh provides and checks each. */
export async function checkAuthorities(
  { store, keyMaker }: { readonly store: Store; readonly keyMaker: KeyMaker },
  mesh: string,
  authorities: readonly ProvidedAuthority[],
): Promise<CheckedAuthorities> {
  const checked = await Promise.all(authorities.map((authority) => checkOne(store, keyMaker, mesh, authority)));
  return {
    violations: checked.flatMap(({ violations }) => violations),
    preconditions: checked.flatMap(({ preconditions }) => preconditions),
  };
}

/** Kuma 2.5: the key is loaded first; what cannot be loaded is said of both. */
async function checkOne(
  store: Store,
  keyMaker: KeyMaker,
  mesh: string,
  { field, cert, key }: ProvidedAuthority,
): Promise<CheckedAuthorities> {
  const privateKey = await loadDataSource(store, mesh, key);
  const certificate = privateKey.ok ? await loadDataSource(store, mesh, cert) : privateKey;
  if (!privateKey.ok || !certificate.ok) {
    const message = certificate.ok ? '' : certificate.error;
    return {
      violations: ['cert', 'key'].map((source) => ({ field: `${field}.${source}`, message })),
      preconditions: [],
    };
  }
  const violations = await keyMaker.checkAuthority({
    certificate: certificate.value.text,
    privateKey: privateKey.value.text,
  });
  return {
    violations: violations.map((violation) => ({ ...violation, field: `${field}.${violation.field}` })),
    preconditions: [...privateKey.value.preconditions, ...certificate.value.preconditions],
  };
}
