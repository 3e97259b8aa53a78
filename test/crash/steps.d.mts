import type { Transaction } from '../../src/store/store.js';

export const writers: number;
export function makeStep(writer: number, seq: number): Transaction;
export function stateAfter(writer: number, seq: number): ReadonlyMap<string, string>;
