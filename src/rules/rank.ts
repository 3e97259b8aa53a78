import type { Tags } from '../model/resource.js';

/** How specific a selector is: many tags beat few, and of equally many exact values beat `*`. */
export interface Rank {
  readonly tags: number;
  /** Tags that ask for one value. */
  readonly exact: number;
}

export const lowestRank: Rank = { tags: 0, exact: 0 };

export const rankOf = (selector: Tags): Rank => {
  const values = Object.values(selector);
  return { tags: values.length, exact: values.filter((value) => value !== '*').length };
};

/** Negative when `a` is less specific than `b`. */
export const compareRanks = (a: Rank, b: Rank): number => a.tags - b.tags || a.exact - b.exact;

export const addRanks = (a: Rank, b: Rank): Rank => ({ tags: a.tags + b.tags, exact: a.exact + b.exact });
