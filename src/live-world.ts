import { privateTypes } from './model/stored-types.js';
import { emptyWorld, nextWorld, type World, type WorldChange } from './snapshot/world.js';
import { parseStored } from './store/spec-text.js';
import type { Change, Store } from './store/store.js';

/** The world at the newest commit. */
export interface LiveWorld {
  readonly world: () => World;
  /** Calls back after each commit, with its changes. */
  readonly follow: (onChange: (changes: readonly Change[]) => void) => void;
  readonly stop: () => void;
}

/** Changes that wait for somebody to look at the world; bounds how long the first look takes. */
const mostPending = 500;

/**
 * Keeps the world at the newest commit. The store tells of a commit before the writer hears of it; the world is brought
 * up to it when somebody looks, so that many writes at once cost less than each by itself.
 */
export async function followStore(store: Store): Promise<LiveWorld> {
  for (;;) {
    const { resources, revision } = await store.readAll();
    const stored = resources.map((resource): Change => ({
      revision: resource.revision,
      op: 'create',
      key: resource,
      resource,
    }));
    let world: World = { ...moveOn(emptyWorld, stored), revision };
    let pending: readonly Change[] = [];
    const catchUp = (): World => {
      if (pending.length > 0) world = moveOn(world, pending);
      pending = [];
      return world;
    };
    const followers = new Set<(changes: readonly Change[]) => void>();
    const watch = await store.watch(revision, (changes) => {
      pending = pending.concat(changes);
      if (pending.length > mostPending) catchUp();
      for (const onChange of followers) onChange(changes);
    });
    // the log was trimmed beyond what was just read: read again
    if (watch.ok) return { world: catchUp, follow: (onChange) => void followers.add(onChange), stop: watch.value };
  }
}

/** The world after some changes. What is private to the server is no part of it, and moves its revision alone. */
function moveOn(world: World, changes: readonly Change[]): World {
  const visible = changes.filter(({ key }) => !privateTypes.has(key.type)).flatMap(toWorldChanges);
  const next = visible.length === 0 ? world : nextWorld(world, visible);
  return { ...next, revision: changes.at(-1)?.revision ?? next.revision };
}

/** A change whose resource is superseded says nothing yet; the later change does. */
function toWorldChanges({ op, revision, key: { type, mesh, name }, resource }: Change): readonly WorldChange[] {
  if (op !== 'delete' && resource === undefined) return [];
  return [{ revision, key: { type, mesh, name }, resource: resource && parseStored(resource) }];
}
