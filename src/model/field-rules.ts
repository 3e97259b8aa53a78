import type { Violation } from './violation.js';

/** A text that must be there and not be empty. */
export const requireText = (field: string, text: string | undefined): Violation[] =>
  text === undefined || text === '' ? [{ field, message: 'cannot be empty' }] : [];
