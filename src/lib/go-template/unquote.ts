/** Texts as Go keeps them: bytes, one a character of the JavaScript text. */
export type Bytes = string;

/** The bytes of a text in UTF-8. */
export const toBytes = (text: string): Bytes => Buffer.from(text, 'utf8').toString('latin1');

/** The text that the bytes are in UTF-8; what is none becomes the replacement character. */
export const toText = (bytes: Bytes): string => Buffer.from(bytes, 'latin1').toString('utf8');

const shortEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 0x5c,
};

const escape = /\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["'abfnrtv\\]))/y;

/** One character of a literal: a byte, or a code point. */
interface Unit {
  readonly value: number;
  readonly isByte: boolean;
}

/** The characters between the quotes of a literal of Go; undefined when an escape is wrong. */
function readUnits(inner: string, quote: '"' | "'"): Unit[] | undefined {
  const units: Unit[] = [];
  for (let at = 0; at < inner.length;) {
    if (inner[at] !== '\\') {
      const value = inner.codePointAt(at) ?? 0;
      units.push({ value, isByte: false });
      at += value > 0xffff ? 2 : 1;
      continue;
    }
    escape.lastIndex = at;
    const unit = readEscape(escape.exec(inner), quote);
    if (unit === undefined) return undefined;
    units.push(unit);
    at = escape.lastIndex;
  }
  return units;
}

function readEscape(match: RegExpExecArray | null, quote: string): Unit | undefined {
  if (match === null) return undefined;
  const [, hex, octal, short, long, letter] = match;
  if (hex !== undefined) return { value: parseInt(hex, 16), isByte: true };
  if (octal !== undefined) return parseInt(octal, 8) > 255 ? undefined : { value: parseInt(octal, 8), isByte: true };
  if (letter === '"' || letter === "'")
    return letter === quote ? { value: letter.charCodeAt(0), isByte: false } : undefined;
  if (letter !== undefined) return { value: shortEscapes[letter] ?? 0, isByte: false };
  const value = parseInt(short ?? long ?? '', 16);
  const isCharacter = value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
  return isCharacter ? { value, isByte: false } : undefined;
}

/** The value of a text literal between double quotes or backquotes; undefined when it is none. */
export function unquoteString(literal: string): Bytes | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return toBytes(inner.replaceAll('\r', ''));
  return readUnits(inner, '"')
    ?.map(({ value, isByte }) => (isByte ? String.fromCharCode(value) : toBytes(String.fromCodePoint(value))))
    .join('');
}

/** The code point of a character literal between single quotes; undefined when it is none. */
export function unquoteCharacter(literal: string): number | undefined {
  const units = readUnits(literal.slice(1, -1), "'");
  return units?.length === 1 ? units[0]?.value : undefined;
}
