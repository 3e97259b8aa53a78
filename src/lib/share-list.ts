/** What is known of all lists that begin in one way. */
class Beginning<Item extends object> {
  readonly next = new WeakMap<Item, Beginning<Item>>();
  list: readonly Item[] | undefined;
}

/** A function that gives the very same list for lists of the same items in the same order, as long as the items live. */
export function makeShareList<Item extends object>(): (items: readonly Item[]) => readonly Item[] {
  const start = new Beginning<Item>();
  return (items) => {
    let at = start;
    for (const item of items) {
      let next = at.next.get(item);
      if (next === undefined) at.next.set(item, (next = new Beginning<Item>()));
      at = next;
    }
    return (at.list ??= items);
  };
}
