import { describeDropped } from '../admission/describe-dropped.js';
import type { DroppedField } from '../model/dropped-field.js';

const maxWarnings = 10;
const maxLength = 200;

/** `Warning` headers (RFC 7234, 5.5) that name the fields of a body that were left out; the last says how many more. */
export function warnOfDropped(dropped: readonly DroppedField[]): readonly string[] {
  const isTooMany = dropped.length > maxWarnings;
  const named = isTooMany ? dropped.slice(0, maxWarnings - 1) : dropped;
  const texts = named.map((field) => `${field.path}: ${describeDropped(field)}`);
  return [...texts, ...(isTooMany ? [`${dropped.length - named.length} more unknown fields`] : [])].map(
    (text) => `299 skein "${quote(text)}"`,
  );
}

/** What may stand in a quoted text of a header: names come from clients. */
const quote = (text: string): string =>
  (text.length <= maxLength ? text : `${text.slice(0, maxLength - 3)}...`)
    .replaceAll(/[^ -~]/g, '?')
    .replaceAll(/["\\]/g, '\\$&');
