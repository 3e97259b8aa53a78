import type { AuthorityRequest, KeyMaker, KeyPair, Provision } from '../model/provision.js';
import { noFacets, type ResourceKey } from '../model/resource.js';
import { toSecretSpec } from '../model/secret.js';
import { renderSpec } from '../store/spec-text.js';
import type { Expected, Operation, Precondition, Store, StoredResource, Transaction } from '../store/store.js';

/** What making provisions needs. */
export interface Workshop {
  readonly store: Store;
  readonly keyMaker: KeyMaker;
  /** The current time in RFC 3339. */
  readonly now: () => string;
}

/**
 * Gives the part of a transaction that makes what is missing. Keys are made once, however often it is asked because a
 * transaction met a conflict.
 */
export function createProvider(workshop: Workshop): (provisions: readonly Provision[]) => Promise<Transaction> {
  const made = new Map<string, Promise<KeyPair | string>>();
  const makeOnce = <Made extends KeyPair | string>(id: ResourceKey, make: () => Promise<Made>): Promise<Made> => {
    const text = JSON.stringify([id.type, id.mesh, id.name]);
    const known = made.get(text) as Promise<Made> | undefined;
    const making = known ?? make();
    made.set(text, making);
    return making;
  };
  return async (provisions) => {
    const parts = await Promise.all(provisions.map((provision) => provide(workshop, makeOnce, provision)));
    return {
      preconditions: parts.flatMap(({ preconditions }) => preconditions),
      operations: parts.flatMap(({ operations }) => operations),
    };
  };
}

type MakeOnce = <Made extends KeyPair | string>(id: ResourceKey, make: () => Promise<Made>) => Promise<Made>;

async function provide(workshop: Workshop, makeOnce: MakeOnce, provision: Provision): Promise<Transaction> {
  const { store, keyMaker } = workshop;
  switch (provision.provide) {
    case 'resource': {
      const { key, spec } = provision;
      return (await store.get(key)) === undefined ? createResource(workshop, key, spec) : keep(key);
    }
    case 'signing-key': {
      const { type, mesh, prefix } = provision;
      const known = await findSigningKey(store, provision);
      if (known !== undefined) return keep(known);
      const key = { type, mesh, name: `${prefix}-1` };
      return createResource(workshop, key, toSecretSpec(await makeOnce(key, () => keyMaker.makeSigningKey())));
    }
    case 'authority':
      return provideAuthority(workshop, makeOnce, provision);
    case 'authority-bundle': {
      const { key, request } = provision;
      if ((await store.get(key)) !== undefined) return keep(key);
      const { certificate, privateKey } = await makeOnce(key, () => keyMaker.makeAuthority(request));
      return createResource(workshop, key, toSecretSpec(`${certificate}${privateKey}`));
    }
  }
}

/** Secrets that are there together stay; one alone is of no use, and is replaced. */
async function provideAuthority(
  workshop: Workshop,
  makeOnce: MakeOnce,
  {
    certificate,
    privateKey,
    request,
  }: { readonly request: AuthorityRequest } & Record<'certificate' | 'privateKey', ResourceKey>,
): Promise<Transaction> {
  const { store, keyMaker } = workshop;
  const [cert, key] = await Promise.all([store.get(certificate), store.get(privateKey)]);
  if (cert !== undefined && key !== undefined) {
    return { preconditions: [...keep(cert).preconditions, ...keep(key).preconditions], operations: [] };
  }
  const pair = await makeOnce(certificate, () => keyMaker.makeAuthority(request));
  return {
    preconditions: [],
    operations: [
      put(workshop, certificate, toSecretSpec(pair.certificate), asFound(cert)),
      put(workshop, privateKey, toSecretSpec(pair.privateKey), asFound(key)),
    ],
  };
}

/** The newest key of the prefix: that with the highest number; one without number is older than all others (Kuma 2.5). */
export async function findSigningKey(
  store: Store,
  { type, mesh, prefix }: { readonly type: string; readonly mesh: string; readonly prefix: string },
): Promise<StoredResource | undefined> {
  const { items } = await store.list({ type, mesh, name: prefix, order: 'name', offset: 0 });
  const numbered = items.flatMap((resource) => {
    const number = keyNumber(resource.name, prefix);
    return number === undefined ? [] : [{ resource, number }];
  });
  return numbered.sort((a, b) => b.number - a.number)[0]?.resource;
}

/** The number of a key in the name of its secret, which is also its id in tokens; undefined for other secrets. */
export function keyNumber(name: string, prefix: string): number | undefined {
  if (name === prefix) return 0;
  const number = name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : '';
  return /^[0-9]{1,15}$/.test(number) ? Number(number) : undefined;
}

const keep = ({
  type,
  mesh,
  name,
}: ResourceKey): Transaction & { readonly preconditions: readonly Precondition[] } => ({
  preconditions: [{ check: 'exists', key: { type, mesh, name } }],
  operations: [],
});

/** A transaction that creates a resource of a kind without facets; what a mesh has goes with it. */
export const createResource = (workshop: Workshop, key: ResourceKey, spec: unknown): Transaction => ({
  preconditions: [],
  operations: [put(workshop, key, spec, { state: 'absent' })],
});

const put = ({ now }: Workshop, key: ResourceKey, spec: unknown, expected: Expected): Operation => ({
  op: 'put',
  key,
  spec: renderSpec(spec),
  facets: noFacets,
  ownedByMesh: key.mesh !== '',
  time: now(),
  expected,
});

const asFound = (resource: StoredResource | undefined): Expected =>
  resource === undefined ? { state: 'absent' } : { state: 'revision', revisions: [resource.revision] };
