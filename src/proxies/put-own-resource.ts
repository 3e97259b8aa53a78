import { isDeepStrictEqual } from 'node:util';

import { admit, type Refusal } from '../admission/admit.js';
import { err, ok, type Result } from '../lib/result.js';
import type { Inbound } from '../model/dataplane.js';
import type { Resource, ResourceKey } from '../model/resource.js';
import { parseStored, renderSpec } from '../store/spec-text.js';
import type { Store, StoredResource } from '../store/store.js';
import type { ProxyResource } from './read-proxy-resource.js';

/** Where the resources of proxies are kept. */
export interface ProxyStore {
  readonly store: Store;
  /** The current time in RFC 3339. */
  readonly now: () => string;
}

/** Whether the proxy may take the place of the resource that is stored under its name; the error is for the proxy. */
export type MayReplace = (previous: Resource) => Promise<Result<void, string>>;

const maxAttempts = 100;

/**
 * Stores the resource that a proxy brought along. One that is stored already, apart from what was found out of its
 * health, is left as it is: that a proxy connects again changes nothing. The error is for the proxy.
 */
export async function putOwnResource(
  { store, now }: ProxyStore,
  { kind, key, candidate }: ProxyResource,
  mayReplace: MayReplace,
): Promise<Result<void, string>> {
  const meshKey: ResourceKey = { type: 'Mesh', mesh: '', name: key.mesh };
  const isInMesh = kind.scope === 'mesh';
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const [stored, mesh] = await Promise.all([store.get(key), isInMesh ? store.get(meshKey) : undefined]);
    const previous = stored && parseStored(stored);
    const allowed = previous === undefined ? ok(undefined) : await mayReplace(previous);
    if (!allowed.ok)
      return err(`you are trying to override existing proxy to which you don't have an access.: ${allowed.error}`);
    const admitted = admit(kind, key, candidate, { previous, mesh: mesh && parseStored(mesh) });
    if (!admitted.ok) return err(describeRefusal(key, admitted.error));
    const spec = keepHealth(previous?.spec, admitted.value);
    if (isDeepStrictEqual(spec, previous?.spec)) return ok(undefined);
    const result = await store.transact({
      preconditions: isInMesh && stored === undefined ? [{ check: 'exists', key: meshKey }] : [],
      operations: [
        {
          op: 'put',
          key,
          spec: renderSpec(spec),
          facets: kind.facets(spec),
          ownedByMesh: kind.boundToMesh && isInMesh,
          time: now(),
          expected: expectedOf(stored),
        },
      ],
    });
    if (result.ok) return ok(undefined);
  }
  return err(`the ${key.type} is written by too many at once`);
}

const expectedOf = (stored: StoredResource | undefined) =>
  stored === undefined
    ? ({ state: 'absent' } as const)
    : ({ state: 'revision', revisions: [stored.revision] } as const);

function describeRefusal({ mesh }: ResourceKey, refusal: Refusal): string {
  switch (refusal.refusal) {
    case 'malformed':
      return refusal.detail;
    case 'no-mesh':
      return `mesh of name ${mesh} is not found`;
    case 'invalid':
    case 'unfit':
      return refusal.violations.map(({ field, message }) => `${field}: ${message}`).join('; ');
  }
}

interface Probed {
  readonly networking?: { readonly inbound?: readonly ProbedInbound[] };
}

type ProbedInbound = Inbound & { readonly serviceProbe?: unknown };

/** What a probe found out holds on while the workload is the same, since the proxy itself does not know it. */
function keepHealth(before: unknown, after: unknown): unknown {
  const known = (before as Probed | undefined)?.networking?.inbound ?? [];
  const { networking } = after as Probed;
  if (networking?.inbound === undefined || known.length === 0) return after;
  const inbound = networking.inbound.map((each): ProbedInbound => {
    if (each.serviceProbe === undefined || each.health !== undefined) return each;
    const { health, state } = known.find((other) => isSameWorkload(each, other)) ?? {};
    return { ...each, ...(health === undefined ? {} : { health }), ...(state === undefined ? {} : { state }) };
  });
  return { ...(after as Probed), networking: { ...networking, inbound } };
}

const isSameWorkload = (a: ProbedInbound, b: ProbedInbound): boolean =>
  b.serviceProbe !== undefined &&
  [a.port === b.port, a.servicePort === b.servicePort, a.address === b.address].every(Boolean) &&
  a.serviceAddress === b.serviceAddress;
