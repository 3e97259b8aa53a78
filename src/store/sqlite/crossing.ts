import { ok, type Result } from '../../lib/result.js';
import type { Revision } from '../../model/resource.js';
import { rememberParsed } from '../spec-text.js';
import type { Change, Commit, Conflict, Operation, StoredResource, Transaction } from '../store.js';

// Every crossing between threads copies names, fields and texts one by one, which costs more than writing them to the
// file: what is written most goes over as plain lists, and no text comes back.

type Put = Extract<Operation, { readonly op: 'put' }>;

/** A put as it goes to the writer thread. */
type LeanPut = readonly [
  type: string,
  mesh: string,
  name: string,
  spec: string,
  unknownFields: string | undefined,
  facets: Put['facets'],
  ownedByMesh: boolean,
  time: string,
  expected: Put['expected'],
];

/** A transaction as it goes to the writer thread. */
export interface LeanTransaction {
  readonly preconditions: Transaction['preconditions'];
  readonly operations: readonly (LeanPut | Exclude<Operation, Put>)[];
}

/** A change as it comes back: of a put only what those who asked for it do not know. */
type LeanChange =
  | readonly [revision: Revision, op: 'create' | 'update', creationTime: string, creationRevision: Revision]
  | (Change & { readonly op: 'delete' });

/** A commit as it comes back; the changes in the order of the operations. */
export interface LeanCommit {
  readonly revision: Revision;
  readonly changes: readonly LeanChange[];
}

/** What goes to the writer thread; `restoreTransaction` is its inverse, but for the parsed values. */
export const shortenTransaction = ({ preconditions, operations }: Transaction): LeanTransaction => ({
  preconditions,
  operations: operations.map((operation) => (operation.op === 'put' ? shortenPut(operation) : operation)),
});

const shortenPut = ({ key, spec, unknownFields, facets, ownedByMesh, time, expected }: Put): LeanPut => [
  key.type,
  key.mesh,
  key.name,
  spec,
  unknownFields,
  facets,
  ownedByMesh,
  time,
  expected,
];

/** The transaction as it was asked for. */
export const restoreTransaction = ({ preconditions, operations }: LeanTransaction): Transaction => ({
  preconditions,
  operations: operations.map((operation) => ('op' in operation ? operation : restorePut(operation))),
});

function restorePut([type, mesh, name, spec, unknownFields, facets, ownedByMesh, time, expected]: LeanPut): Put {
  const key = { type, mesh, name };
  const fields = unknownFields === undefined ? {} : { unknownFields };
  return { op: 'put', key, spec, ...fields, facets, ownedByMesh, time, expected };
}

/** What comes back from the writer thread. */
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
  if (!result.ok) return result;
  const puts = operations.filter((operation) => operation.op === 'put');
  let next = 0;
  const changes = result.value.changes.map((change): Change => {
    if ('key' in change) return change;
    const put = puts[next++];
    if (put === undefined) throw new Error('the writer thread told of more changes than it was asked for');
    const [revision, op, creationTime, creationRevision] = change;
    const { type, mesh, name } = put.key;
    const resource: StoredResource = {
      type,
      mesh,
      name,
      creationTime,
      modificationTime: put.time,
      creationRevision,
      revision,
      unknownFields: put.unknownFields ?? '[]',
      spec: put.spec,
    };
    if (put.value !== undefined) rememberParsed(resource, put.value);
    return { revision, op, key: { type, mesh, name }, resource };
  });
  return ok({ revision: result.value.revision, changes });
}
