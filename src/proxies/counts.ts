import { compareBytes } from '../model/resource.js';
import type { DataplaneStatus } from './dataplane-facts.js';

/** Proxies by state; counts of 0 are not shown. */
export interface Counts {
  readonly total?: number;
  readonly online?: number;
  readonly offline?: number;
  readonly partiallyDegraded?: number;
}

interface WithStatus {
  readonly status: DataplaneStatus;
}

/** Counts in the order in which Kuma shows them. */
export function countByStatus(facts: readonly WithStatus[]): Required<Counts> {
  const count = (wanted: DataplaneStatus): number => facts.filter(({ status }) => status === wanted).length;
  return {
    total: facts.length,
    online: count('online'),
    offline: count('offline'),
    partiallyDegraded: count('partiallyDegraded'),
  };
}

/** The same without those that are 0. */
export const withoutZeros = <Value extends object>(counts: Value): Partial<Value> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<Value>;

/** Groups by any number of keys for each, sorted bytewise; keys are texts of users. */
export function groupBy<Item>(
  items: readonly Item[],
  keysOf: (item: Item) => readonly string[],
): readonly (readonly [key: string, items: readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return [...groups].sort(([a], [b]) => compareBytes(a, b));
}
