import { err, ok, type Result } from '../../lib/result.js';
import type { Revision } from '../../model/resource.js';
import type { Change, Commit, Conflict, Operation, Transaction } from '../store.js';

type Put = Extract<Operation, { readonly op: 'put' }>;

/**
 * A change as it crosses threads: of a put only what those who asked for it do not know. Texts and names are copied by
 * every crossing, which costs more than writing them.
 */
export type LeanChange =
  | readonly [revision: Revision, op: 'create' | 'update', creationTime: string, creationRevision: Revision]
  | (Change & { readonly op: 'delete' });

/** A commit as it crosses threads; the changes in the order of the operations. */
export interface LeanCommit {
  readonly revision: Revision;
  readonly changes: readonly LeanChange[];
}

/** Leaves out what `restoreCommit` puts back. */
export function shortenCommit(result: Result<Commit, Conflict>): Result<LeanCommit, Conflict> {
  if (!result.ok) return result;
  const { revision, changes } = result.value;
  return ok({ revision, changes: changes.map(shortenChange) });
}

function shortenChange({ revision, op, key, resource }: Change): LeanChange {
  return op === 'delete' || resource === undefined
    ? { revision, op: 'delete', key, resource: undefined }
    : [revision, op, resource.creationTime, resource.creationRevision];
}

/** The commit of a transaction, whole again. */
export function restoreCommit(
  result: Result<LeanCommit, Conflict>,
  { operations }: Transaction,
): Result<Commit, Conflict> {
  if (!result.ok) return err(result.error);
  const puts = operations.filter((operation): operation is Put => operation.op === 'put');
  let next = 0;
  const changes = result.value.changes.map((change): Change => {
    if ('key' in change) return change;
    const put = puts[next++];
    if (put === undefined) throw new Error('the writer thread told of more changes than it was asked for');
    return restorePut(change, put);
  });
  return ok({ revision: result.value.revision, changes });
}

function restorePut(
  [revision, op, creationTime, creationRevision]: Extract<LeanChange, readonly unknown[]>,
  { key: { type, mesh, name }, spec, unknownFields = '[]', time }: Put,
): Change {
  return {
    revision,
    op,
    key: { type, mesh, name },
    resource: {
      type,
      mesh,
      name,
      creationTime,
      modificationTime: time,
      creationRevision,
      revision,
      unknownFields,
      spec,
    },
  };
}
