import type { ProtoNumber } from './proto.js';
import type { Violation } from './violation.js';

/** A text that must be there and not be empty. */
export const requireText = (field: string, text: string | undefined): Violation[] =>
  text === undefined || text === '' ? [{ field, message: 'cannot be empty' }] : [];

/** A percentage that must be there; NaN counts as within the range (Kuma 2.5). */
export function checkPercentage(field: string, percentage: ProtoNumber | undefined): Violation[] {
  if (percentage === undefined) return [{ field, message: 'cannot be empty' }];
  const isOutside = Number(percentage) < 0 || Number(percentage) > 100;
  return isOutside ? [{ field, message: 'has to be in [0.0 - 100.0] range' }] : [];
}
