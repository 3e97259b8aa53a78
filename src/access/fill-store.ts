import type { Provision } from '../model/provision.js';
import type { ResourceKey } from '../model/resource.js';
import { globalProvisions, makeAdminToken } from './global-secrets.js';
import { createProvider, createResource, type Workshop } from './provide.js';

/** A resource that a server starts with, and what is made together with it. */
export interface FirstResource {
  readonly key: ResourceKey;
  readonly spec: unknown;
  readonly provisions: readonly Provision[];
}

/** What else than its keys and CAs a server starts with. */
export interface FirstContents {
  readonly adminToken: boolean;
  readonly resources: readonly FirstResource[];
}

/**
 * Makes what a server has at its first start. What was deleted comes back at the next one, as in Kuma 2.5; of several
 * servers that start at once, one makes it.
 */
export async function fillStore(workshop: Workshop, { adminToken, resources }: FirstContents): Promise<void> {
  const { store } = workshop;
  const provide = createProvider(workshop);
  await Promise.all([
    provide(globalProvisions)
      .then((transaction) => store.transact(transaction))
      .then(() => (adminToken ? makeAdminToken(workshop) : undefined)),
    ...resources.map(async ({ key, spec, provisions }) => {
      // a conflict means that it is there
      const [first, beside] = [createResource(workshop, key, spec), await provide(provisions)];
      await store.transact({
        preconditions: [...first.preconditions, ...beside.preconditions],
        operations: [...first.operations, ...beside.operations],
      });
    }),
  ]);
}
