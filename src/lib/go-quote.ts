const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** What Go prints as it is: letters, marks, numbers, punctuation, symbols, and of all spaces only the plain one. */
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** A text between double quotes as Go's `%q` writes it; keys in Kuma's field paths look so. */
export const quoteGo = (text: string): string =>
  plain.test(text) ? `"${text}"` : `"${Array.from(text, escapeCharacter).join('')}"`;

/** Printable ASCII without the two that are escaped. */
const plain = /^[ !#-[\]-~]*$/;

function escapeCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  if (printable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
