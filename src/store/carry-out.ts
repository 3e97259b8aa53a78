import { err, ok, type Result } from '../lib/result.js';
import type { Facets, ResourceKey, Revision } from '../model/resource.js';
import type {
  Change,
  Commit,
  Conflict,
  Expected,
  Operation,
  Precondition,
  StoredResource,
  Transaction,
} from './store.js';

/** What an adapter offers to the transaction being carried out; every write is seen by the reads after it. */
export interface Rows {
  find(key: ResourceKey): StoredResource | undefined;
  /** Whether there is a resource of the type in the mesh whose revision is greater than `after`. */
  hasAny(type: string, mesh: string, after: Revision): boolean;
  /** Resources of the mesh created with `ownedByMesh`, by type, then name, bytewise. */
  findOwned(mesh: string): readonly ResourceKey[];
  insert(resource: StoredResource, facets: Facets, ownedByMesh: boolean): void;
  /** The key exists; it keeps its owner. */
  update(resource: StoredResource, facets: Facets): void;
  /** The key exists. */
  remove(key: ResourceKey): void;
}

/**
 * What a transaction means, for every adapter: preconditions first, then the operations in order, each change one revision after `revision`.
 * After a conflict the rows hold the operations before it: the adapter takes them back.
 * A transaction without a change commits at `revision`.
 */
export function carryOut(transaction: Transaction, revision: Revision, rows: Rows): Result<Commit, Conflict> {
  for (const precondition of transaction.preconditions) {
    if (!holds(precondition, rows)) return err({ conflict: 'precondition', precondition });
  }
  const changes: Change[] = [];
  for (const operation of transaction.operations) {
    const conflict = perform(operation, revision + changes.length + 1, rows, changes);
    if (conflict !== undefined) return err(conflict);
  }
  return ok({ revision: revision + changes.length, changes });
}

function holds(precondition: Precondition, rows: Rows): boolean {
  switch (precondition.check) {
    case 'exists':
      return rows.find(precondition.key) !== undefined;
    case 'absent':
      return rows.find(precondition.key) === undefined;
    case 'unchanged':
      return rows.find(precondition.key)?.revision === precondition.revision;
    case 'none':
      return !rows.hasAny(precondition.type, precondition.mesh, precondition.after ?? 0);
  }
}

function perform(operation: Operation, revision: Revision, rows: Rows, changes: Change[]): Conflict | undefined {
  switch (operation.op) {
    case 'put': {
      const { key, spec, unknownFields = '[]', time } = operation;
      const actual = rows.find(key);
      if (!meets(operation.expected, actual)) return { conflict: 'expected', key, actual };
      const resource: StoredResource = {
        type: key.type,
        mesh: key.mesh,
        name: key.name,
        creationTime: actual?.creationTime ?? time,
        modificationTime: time,
        creationRevision: actual?.creationRevision ?? revision,
        revision,
        unknownFields,
        spec,
      };
      if (actual === undefined) rows.insert(resource, operation.facets, operation.ownedByMesh);
      else rows.update(resource, operation.facets);
      changes.push({ revision, op: actual === undefined ? 'create' : 'update', key: copyKey(key), resource });
      return undefined;
    }
    case 'delete': {
      const { key } = operation;
      const actual = rows.find(key);
      if (!meets(operation.expected, actual)) return { conflict: 'expected', key, actual };
      if (actual === undefined) return undefined;
      rows.remove(key);
      changes.push({ revision, op: 'delete', key: copyKey(key), resource: undefined });
      return undefined;
    }
    case 'delete-owned': {
      let next = revision;
      for (const key of rows.findOwned(operation.mesh)) {
        rows.remove(key);
        changes.push({ revision: next, op: 'delete', key, resource: undefined });
        next += 1;
      }
      return undefined;
    }
  }
}

function meets(expected: Expected, actual: StoredResource | undefined): boolean {
  switch (expected.state) {
    case 'any':
      return true;
    case 'absent':
      return actual === undefined;
    case 'present':
      return actual !== undefined;
    case 'revision':
      return actual !== undefined && expected.revisions.includes(actual.revision);
  }
}

/** A caller's key may carry more than a key, and may be a resource that lives long. */
function copyKey(key: ResourceKey): ResourceKey {
  return { type: key.type, mesh: key.mesh, name: key.name };
}
