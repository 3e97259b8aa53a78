import { suggest } from '../lib/suggest.js';
import type { DroppedField } from '../model/dropped-field.js';
import type { Violation } from '../model/violation.js';

/** A longer name is no slip of the pen, and would cost much to compare. */
const longestTypo = 64;

/** What is to be said of a field that the kind does not know: `unknown field, did you mean "name"?`. */
export function describeDropped({ name, siblings }: DroppedField): string {
  const meant = name.length <= longestTypo ? suggest(name, siblings) : undefined;
  return meant === undefined ? 'unknown field' : `unknown field, did you mean ${JSON.stringify(meant)}?`;
}

/** The field as a violation, for those who ask for strictness. */
export const refuseField = (field: DroppedField): Violation => ({
  field: field.path,
  message: describeDropped(field),
});
