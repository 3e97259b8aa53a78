import { toBytes, toText, type Bytes } from './unquote.js';

const htmlEscapes: Readonly<Record<string, Bytes>> = {
  '\0': '\u00ef\u00bf\u00bd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

/** As a text within HTML. */
export function escapeHtml(text: Bytes): Bytes {
  return text.replace(/["'&<>\0]/g, (character) => htmlEscapes[character] ?? character);
}

/** As a text within a script; what is special there or is not printed is written by its number. */
export const escapeScript = (text: Bytes): Bytes =>
  toBytes(
    Array.from(toText(text), (character) => {
      if (character === '\\' || character === "'" || character === '"') return `\\${character}`;
      return scriptText.test(character) ? character : `\\u${hexOf(character)}`;
    }).join(''),
  );

const scriptText = /^(?:[^\P{ASCII}<>&=\p{Cc}]|\x7f|(?!\p{ASCII})[\p{L}\p{M}\p{N}\p{P}\p{S}])$/u;

const hexOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');

/** As a text within the query of a URL. */
export function escapeQuery(text: Bytes): Bytes {
  return text.replace(/[^A-Za-z0-9\-_.~]/g, (character) =>
    character === ' ' ? '+' : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
