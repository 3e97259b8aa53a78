import type { FastifyRequest } from 'fastify';

import { admit, readBody, type Refusal } from '../admission/admit.js';
import { err, ok, type Result } from '../lib/result.js';
import type { Around, Kind } from '../model/kind.js';
import type { Problem } from '../model/problem.js';
import type { Resource, ResourceKey, Revision } from '../model/resource.js';
import type { Conflict, Expected, Operation, Precondition, StoredResource, Transaction } from '../store/store.js';
import type { ApiContext } from './api-context.js';
import { companionOperations } from './companion-operations.js';
import { checkConditions, isConditional } from './conditions.js';
import { renderSpec } from './render.js';

/** A PUT that was carried out. */
export interface Put {
  readonly created: boolean;
  readonly revision: Revision;
}

/** How often a write starts anew when others come between; far more than happens, so that no request runs for ever. */
const maxAttempts = 100;

/** Admits and stores a body. Without conditions of the client a PUT means "make it so": it is tried again, not refused. */
export async function putResource(
  context: ApiContext,
  kind: Kind,
  key: ResourceKey,
  body: string,
  request: FastifyRequest,
): Promise<Result<Put, Problem>> {
  const candidate = readBody(kind, body, { maxDepth: context.settings.jsonDepth });
  if (!candidate.ok) return err(describeRefusal(kind, key, candidate.error, false));
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const around = await lookAround(context, kind, key);
    const stored = around.stored;
    const admitted = admit(kind, key, candidate.value, around);
    if (!admitted.ok) return err(describeRefusal(kind, key, admitted.error, stored !== undefined));
    const condition = checkConditions(request.headers, stored?.revision);
    if (condition !== undefined) return err(condition);
    const time = context.now();
    const result = await context.store.transact({
      preconditions: preconditionsOf(kind, key, around),
      operations: [
        {
          op: 'put',
          key,
          spec: renderSpec(admitted.value),
          facets: kind.facets(admitted.value),
          ownedByMesh: kind.boundToMesh && kind.scope === 'mesh',
          time,
          expected: expectedOf(kind, request, stored),
        },
        ...(stored === undefined ? companionOperations(context.kinds, { key, spec: admitted.value, time }) : []),
      ],
    });
    if (result.ok) {
      const created = result.value.changes[0]?.op === 'create';
      // the first change is the resource itself, later ones are companions
      const revision = result.value.changes[0]?.revision ?? result.value.revision;
      logWrite(context, request, created ? 'create' : 'update', key, stored?.revision, revision);
      return ok({ created, revision });
    }
  }
  return err({
    problem: 'conflict',
    detail: `resource conflict: type="${key.type}" name="${key.name}" mesh="${key.mesh}"`,
  });
}

/** Deletes a resource and all it owns. */
export async function deleteResource(
  context: ApiContext,
  kind: Kind,
  key: ResourceKey,
  request: FastifyRequest,
): Promise<Result<Revision, Problem>> {
  const title = 'Could not delete a resource';
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = await context.store.get(key);
    const condition = checkConditions(request.headers, stored?.revision);
    if (condition !== undefined) return err(condition);
    if (stored === undefined) return err({ problem: 'not-found', title });
    const insight = kind.insight && (await context.store.get({ ...key, type: kind.insight.type }));
    const violations =
      insight === undefined ? [] : (kind.insight?.blocksDeletion?.(JSON.parse(insight.spec) as unknown) ?? []);
    if (violations.length > 0) return err({ problem: 'invalid', title, violations });
    const result = await context.store.transact(deletionOf(kind, key, stored, insight));
    if (result.ok) {
      logWrite(context, request, 'delete', key, stored.revision, result.value.revision);
      return ok(result.value.revision);
    }
    if (isBlocked(result.error) && kind.deletion !== undefined) {
      return err({ problem: 'invalid', title, violations: [kind.deletion.blockedBy.violation] });
    }
  }
  return err({
    problem: 'conflict',
    detail: `resource conflict: type="${key.type}" name="${key.name}" mesh="${key.mesh}"`,
  });
}

const isBlocked = (conflict: Conflict): boolean =>
  conflict.conflict === 'precondition' && conflict.precondition.check === 'none';

function deletionOf(
  kind: Kind,
  key: ResourceKey,
  stored: StoredResource,
  insight: StoredResource | undefined,
): Transaction {
  const remove = (type: string, found: StoredResource | undefined): Operation => ({
    op: 'delete',
    key: { ...key, type },
    expected: found === undefined ? { state: 'absent' } : { state: 'revision', revisions: [found.revision] },
  });
  const deletion = remove(kind.type, stored);
  if (kind.insight !== undefined) {
    return { preconditions: [], operations: [remove(kind.insight.type, insight), deletion] };
  }
  if (kind.deletion === undefined) return { preconditions: [], operations: [deletion] };
  return {
    preconditions: [{ check: 'none', type: kind.deletion.blockedBy.type, mesh: key.name }],
    operations: [{ op: 'delete-owned', mesh: key.name }, deletion],
  };
}

interface StoredAround extends Around {
  readonly stored: StoredResource | undefined;
  /** All that was looked at is at least as new. */
  readonly revision: Revision;
}

async function lookAround({ store }: ApiContext, kind: Kind, key: ResourceKey): Promise<StoredAround> {
  const looksAt = kind.looksAt ?? [];
  // before everything else, so that nothing that is missed can be older
  const revision = looksAt.length === 0 ? 0 : await store.revision();
  const [stored, mesh, ...beside] = await Promise.all([
    store.get(key),
    kind.scope === 'mesh' ? store.get({ type: 'Mesh', mesh: '', name: key.mesh }) : undefined,
    ...looksAt.map(async (type): Promise<readonly [string, readonly Resource[]]> => {
      const { items } = await store.list({ type, mesh: meshOf(kind, key), order: 'name', offset: 0 });
      return [type, items.map(parseResource)];
    }),
  ]);
  return {
    stored,
    previous: stored && parseResource(stored),
    mesh: mesh && parseResource(mesh),
    beside: new Map(beside),
    revision,
  };
}

/** The mesh that a resource is in; a Mesh is in itself. */
const meshOf = (kind: Kind, key: ResourceKey): string => (kind.type === 'Mesh' ? key.name : key.mesh);

/** A stored resource with its spec as a value. */
export const parseResource = (stored: StoredResource): Resource => ({
  ...stored,
  spec: JSON.parse(stored.spec) as unknown,
});

/**
 * What was looked at is looked at again inside the transaction: no deletion of the mesh in the same moment leaves an
 * orphan, and no two resources that must not stand beside each other are written at once.
 */
const preconditionsOf = (kind: Kind, key: ResourceKey, { stored, revision }: StoredAround): Precondition[] => [
  ...(kind.boundToMesh && kind.scope === 'mesh' && stored === undefined
    ? [{ check: 'exists', key: { type: 'Mesh', mesh: '', name: key.mesh } } as const]
    : []),
  ...(kind.looksAt ?? []).map((type) => ({ check: 'none', type, mesh: meshOf(kind, key), after: revision }) as const),
];

/** A write that was judged by what was stored before must still find just that; others only the same state. */
function expectedOf(kind: Kind, request: FastifyRequest, stored: StoredResource | undefined): Expected {
  const looksBack = isConditional(request.headers) || kind.check !== undefined || kind.complete !== undefined;
  if (stored === undefined) return { state: looksBack ? 'absent' : 'any' };
  return looksBack ? { state: 'revision', revisions: [stored.revision] } : { state: 'present' };
}

function describeRefusal(kind: Kind, key: ResourceKey, refusal: Refusal, exists: boolean): Problem {
  const managerTitle = exists ? 'Could not update a resource' : 'Could not create a resource';
  switch (refusal.refusal) {
    case 'malformed':
      return { problem: 'bad-request', detail: `invalid ${kind.type} object: '${refusal.detail}'` };
    case 'invalid':
      return { problem: 'invalid', title: 'Could not process a resource', violations: refusal.violations };
    case 'unfit':
      return { problem: 'invalid', title: managerTitle, violations: refusal.violations };
    case 'no-mesh':
      return {
        problem: 'invalid',
        title: managerTitle,
        detail: 'Mesh is not found',
        violations: [{ field: 'mesh', message: `mesh of name ${key.mesh} is not found` }],
      };
  }
}

function logWrite(
  { log }: ApiContext,
  request: FastifyRequest,
  operation: 'create' | 'update' | 'delete',
  { type, mesh, name }: ResourceKey,
  before: Revision | undefined,
  revision: Revision,
): void {
  const { name: user, groups } = request.identity;
  log.info({ requestId: request.id, user, groups, operation, type, mesh, name, before, revision }, 'write');
}
