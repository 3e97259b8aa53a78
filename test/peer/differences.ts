import { readFileSync } from 'node:fs';

/** A deliberate difference from kuma-cp 2.5.11, and the recordings that it makes incomparable. */
export interface Difference {
  readonly reason: string;
  /** Ids of recordings; of a scenario with several requests `id path`. */
  readonly recordings: readonly string[];
}

/** All of them, by the number under which docs/differences.md explains them. */
export const differences = JSON.parse(readFileSync(new URL('differences.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Difference>
>;

/** The number of the difference that concerns a recording. */
export const differenceOf: ReadonlyMap<string, string> = new Map(
  Object.entries(differences).flatMap(([number, { recordings }]) => recordings.map((id) => [id, number] as const)),
);
