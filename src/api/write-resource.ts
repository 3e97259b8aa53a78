import type { FastifyRequest } from 'fastify';

import { checkAuthorities } from '../access/check-authorities.js';
import { createProvider } from '../access/provide.js';
import { admit, maxUnknownFields, readBody, type Refusal } from '../admission/admit.js';
import { refuseField } from '../admission/describe-dropped.js';
import { err, ok, type Result } from '../lib/result.js';
import type { DroppedField } from '../model/dropped-field.js';
import type { Around, Kind } from '../model/kind.js';
import type { Problem } from '../model/problem.js';
import type { Resource, ResourceKey, Revision } from '../model/resource.js';
import { parseStored, renderSpec } from '../store/spec-text.js';
import type { Conflict, Expected, Operation, Precondition, StoredResource, Transaction } from '../store/store.js';
import type { ApiContext } from './api-context.js';
import { refuseAccess } from './check-access.js';
import { checkConditions, isConditional } from './conditions.js';
import { queryOf } from './request.js';

/** A PUT that was carried out. */
export interface Put {
  readonly created: boolean;
  readonly revision: Revision;
  /** Fields of the body that are not stored. */
  readonly dropped: readonly DroppedField[];
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
  const denied = refuseAccess(kind, request.identity);
  if (denied !== undefined) return err(denied);
  const strict = parseStrict(request);
  if (!strict.ok) return strict;
  const candidate = readBody(kind, body, { maxDepth: context.settings.jsonDepth, strict: strict.value });
  if (!candidate.ok) return err(describeRefusal(kind, key, candidate.error, false));
  const provide = createProvider(context);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const around = await lookAround(context, kind, key);
    const stored = around.stored;
    const admitted = admit(kind, key, candidate.value, around);
    if (!admitted.ok) return err(describeRefusal(kind, key, admitted.error, stored !== undefined));
    const refusal = checkConditions(request.headers, stored?.revision);
    if (refusal !== undefined) return err(refusal);
    const checked = await checkAuthorities(context, meshOf(kind, key), kind.authorities?.(admitted.value) ?? []);
    if (checked.violations.length > 0) {
      const unfit: Refusal = { refusal: 'unfit', violations: checked.violations };
      return err(describeRefusal(kind, key, unfit, stored !== undefined));
    }
    const provided = await provide(kind.provisions?.(admitted.value, key, around) ?? []);
    const result = await context.store.transact({
      preconditions: [...preconditionsOf(kind, key, around), ...checked.preconditions, ...provided.preconditions],
      operations: [
        {
          op: 'put',
          key,
          spec: renderSpec(admitted.value),
          value: admitted.value,
          unknownFields: JSON.stringify(candidate.value.dropped.slice(0, maxUnknownFields).map(refuseField)),
          facets: kind.facets(admitted.value),
          ownedByMesh: kind.boundToMesh && kind.scope === 'mesh',
          time: context.now(),
          expected: expectedOf(kind, request, stored),
        },
        ...provided.operations,
      ],
    });
    if (result.ok) {
      // the changes after the first are of what was made together with it
      const { op, revision } = result.value.changes[0] ?? { op: 'update', revision: result.value.revision };
      const created = op === 'create';
      logWrite(context, request, created ? 'create' : 'update', key, stored?.revision, revision);
      return ok({ created, revision, dropped: candidate.value.dropped });
    }
  }
  return err({
    problem: 'conflict',
    detail: `resource conflict: type="${key.type}" name="${key.name}" mesh="${key.mesh}"`,
  });
}

/** Reads `strict`: whether unknown fields are refused. */
function parseStrict(request: FastifyRequest): Result<boolean, Problem> {
  const strict = queryOf(request).get('strict') ?? 'false';
  if (strict === 'true' || strict === 'false') return ok(strict === 'true');
  const violations = [{ field: 'strict', message: 'must be true or false' }];
  return err({ problem: 'invalid', title: 'Could not process a resource', violations });
}

/** Deletes a resource and all it owns. */
export async function deleteResource(
  context: ApiContext,
  kind: Kind,
  key: ResourceKey,
  request: FastifyRequest,
): Promise<Result<Revision, Problem>> {
  // the same for resources that are there and that are not
  const denied = refuseAccess(kind, request.identity);
  if (denied !== undefined) return err(denied);
  const title = 'Could not delete a resource';
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const [stored, mesh] = await Promise.all([
      context.store.get(key),
      kind.deletion?.check === undefined ? undefined : getMesh(context, key),
    ]);
    const refusal = checkConditions(request.headers, stored?.revision);
    if (refusal !== undefined) return err(refusal);
    if (stored === undefined) return err({ problem: 'not-found', title });
    const insight = kind.insight && (await context.store.get({ ...key, type: kind.insight.type }));
    const violations = [
      ...(insight === undefined ? [] : (kind.insight?.blocksDeletion?.(JSON.parse(insight.spec) as unknown) ?? [])),
      ...(kind.deletion?.check?.(key, mesh && parseStored(mesh)) ?? []),
    ];
    if (violations.length > 0) return err({ problem: 'invalid', title, violations });
    const result = await context.store.transact(deletionOf(kind, key, stored, { insight, mesh }));
    if (result.ok) {
      logWrite(context, request, 'delete', key, stored.revision, result.value.revision);
      return ok(result.value.revision);
    }
    if (isBlocked(result.error) && kind.deletion?.blockedBy !== undefined) {
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
  { insight, mesh }: { readonly insight: StoredResource | undefined; readonly mesh: StoredResource | undefined },
): Transaction {
  const remove = (type: string, found: StoredResource | undefined): Operation => ({
    op: 'delete',
    key: { ...key, type },
    expected: found === undefined ? { state: 'absent' } : { state: 'revision', revisions: [found.revision] },
  });
  const blockedBy = kind.deletion?.blockedBy;
  return {
    preconditions: [
      ...(blockedBy === undefined ? [] : [{ check: 'none', type: blockedBy.type, mesh: key.name } as const]),
      ...(kind.deletion?.check === undefined ? [] : [meshUnchanged(key, mesh)]),
    ],
    operations: [
      ...(blockedBy === undefined ? [] : [{ op: 'delete-owned', mesh: key.name } as const]),
      ...(kind.insight === undefined ? [] : [remove(kind.insight.type, insight)]),
      remove(kind.type, stored),
    ],
  };
}

/** What was judged beside the mesh is judged so no more when the mesh has changed. */
const meshUnchanged = ({ mesh: name }: ResourceKey, mesh: StoredResource | undefined): Precondition => ({
  check: 'unchanged',
  key: { type: 'Mesh', mesh: '', name },
  revision: mesh?.revision,
});

interface StoredAround extends Around {
  readonly stored: StoredResource | undefined;
  /** All that was looked at is at least as new. */
  readonly revision: Revision;
}

const getMesh = ({ store }: ApiContext, { mesh: name }: ResourceKey): Promise<StoredResource | undefined> =>
  store.get({ type: 'Mesh', mesh: '', name });

async function lookAround(context: ApiContext, kind: Kind, key: ResourceKey): Promise<StoredAround> {
  const { store } = context;
  const looksAt = kind.looksAt ?? [];
  // before everything else, so that nothing that is missed can be older
  const revision = looksAt.length === 0 ? 0 : await store.revision();
  const [stored, mesh, ...beside] = await Promise.all([
    store.get(key),
    kind.scope === 'mesh' ? getMesh(context, key) : undefined,
    ...looksAt.map(async (type): Promise<readonly [string, readonly Resource[]]> => {
      const { items } = await store.list({ type, mesh: meshOf(kind, key), order: 'name', offset: 0 });
      return [type, items.map(parseStored)];
    }),
  ]);
  return {
    stored,
    previous: stored && parseStored(stored),
    mesh: mesh && parseStored(mesh),
    beside: new Map(beside),
    revision,
  };
}

/** The mesh that a resource is in; a Mesh is in itself. */
const meshOf = (kind: Kind, key: ResourceKey): string => (kind.type === 'Mesh' ? key.name : key.mesh);

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
