import { type Facets, noFacets, type ResourceKey } from '../../src/model/resource.js';
import type { Commit, Conflict, Expected, Operation, Precondition, Store, Transaction } from '../../src/store/store.js';

/** The time of every write that does not say another. */
export const someTime = '2024-05-01T10:00:00Z';

/** Ample bounds for stores whose log is not the point. */
export const ampleLog = { maxRows: 100_000, maxAgeMs: 3_600_000 };

export const keyOf = (name: string, mesh = 'default', type = 'Dataplane'): ResourceKey => ({ type, mesh, name });

export interface PutParts {
  readonly spec?: string;
  readonly facets?: Facets;
  readonly ownedByMesh?: boolean;
  readonly time?: string;
  readonly expected?: Expected;
}

export const put = (key: ResourceKey, parts: PutParts = {}): Operation => ({
  op: 'put',
  key,
  spec: '{}',
  facets: noFacets,
  ownedByMesh: false,
  time: someTime,
  expected: { state: 'any' },
  ...parts,
});

export const remove = (key: ResourceKey, expected: Expected = { state: 'any' }): Operation => ({
  op: 'delete',
  key,
  expected,
});

export const transaction = (
  operations: readonly Operation[],
  preconditions: readonly Precondition[] = [],
): Transaction => ({ preconditions, operations });

/** Carries out operations that must not conflict. */
export async function commit(store: Store, ...operations: readonly Operation[]): Promise<Commit> {
  const result = await store.transact(transaction(operations));
  if (!result.ok) throw new Error(`unexpected conflict: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** Carries out a transaction that must conflict. */
export async function refuse(store: Store, refused: Transaction): Promise<Conflict> {
  const result = await store.transact(refused);
  if (result.ok) throw new Error('expected a conflict');
  return result.error;
}
