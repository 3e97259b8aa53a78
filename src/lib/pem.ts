/** A block of a PEM text. */
export interface PemBlock {
  /** E.g. `CERTIFICATE`. */
  readonly label: string;
  /** The whole block. */
  readonly text: string;
}

const begin = '-----BEGIN ';
const end = '-----END ';
const dashes = '-----';

/** The blocks of a text, in order; what is between them, and what is no whole block, is left out. */
export function splitPem(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let position = text.indexOf(begin);
  while (position >= 0) {
    const labelEnd = text.indexOf(dashes, position + begin.length);
    const last = text.indexOf(end, position);
    if (labelEnd < 0 || last < 0) return blocks;
    const label = text.slice(position + begin.length, labelEnd);
    const closing = `${end}${label}${dashes}`;
    const next = last + end.length;
    if (labelEnd < last && text.startsWith(closing, last)) {
      blocks.push({ label, text: text.slice(position, last + closing.length) });
    }
    position = text.indexOf(begin, next);
  }
  return blocks;
}
