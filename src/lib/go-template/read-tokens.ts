import { failAt } from './template-error.js';

/** A word of a template. Spaces inside actions are no tokens, but are remembered. */
export interface Token {
  readonly kind:
    | 'text'
    | '{{'
    | '}}'
    | '|'
    | '('
    | ')'
    | '='
    | ':='
    | ','
    | 'symbol'
    | 'name'
    | 'keyword'
    | 'field'
    | 'variable'
    | '.'
    | 'number'
    | 'character'
    | 'string'
    | 'end of template';
  readonly text: string;
  readonly line: number;
  /** Space stands before it. */
  readonly spaced: boolean;
}

const keywords = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

/** What a template consists of; spaces are trimmed where markers ask for it, comments are left out. */
export function readTokens(template: string): readonly Token[] {
  return new TokenReader(template).readAll();
}

const space = /[ \t\r\n]+/y;
const comment = /\/\*(?:[^*]|\*(?!\/))*\*\//y;
const rightDelimiter = /(?:[ \t\r\n]-)?\}\}/y;
const field = /\.[\p{L}\p{Nd}_]+/uy;
const variable = /\$[\p{L}\p{Nd}_]*/uy;
const word = /[\p{L}\p{Nd}_]+/uy;
const number = /[+-]?(?:0[xX][0-9a-fA-F_]*|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/y;
const quoted = /"(?:[^"\\\n]|\\[^\n])*"/y;
const raw = /`[^`]*`/y;
const character = /'(?:[^'\\\n]|\\[^\n])*'/y;
const numberStart = /[+-]|\.?[0-9]/y;
/** What may stand behind a name, field or variable. */
const terminator = /[ \t\r\n.,|:()]|\}\}|$/y;

class TokenReader {
  readonly #template: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #line = 1;
  #depth = 0;
  #spaced = false;

  constructor(template: string) {
    this.#template = template;
  }

  readAll(): readonly Token[] {
    for (let trims = false; this.#at < this.#template.length;) {
      if (trims) this.#take(space);
      const start = this.#template.indexOf('{{', this.#at);
      const text = this.#template.slice(this.#at, start < 0 ? undefined : start);
      const trimsBefore = start >= 0 && /^-[ \t\r\n]/.test(this.#template.slice(start + 2, start + 4));
      this.#push('text', trimsBefore ? text.replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '') : text);
      this.#advance(text);
      if (start < 0) break;
      trims = this.#readAction(trimsBefore);
    }
    this.#push('end of template', 'EOF');
    return this.#tokens;
  }

  /** True when the space after the action is to be trimmed. */
  #readAction(trimsBefore: boolean): boolean {
    const delimiter = trimsBefore ? this.#template.slice(this.#at, this.#at + 4) : '{{';
    if (this.#template.startsWith('/*', this.#at + delimiter.length)) {
      this.#advance(delimiter);
      return this.#skipComment();
    }
    this.#push('{{', '{{');
    this.#advance(delimiter);
    this.#depth = 0;
    for (;;) {
      const end = this.#take(rightDelimiter);
      if (end !== undefined) {
        if (this.#depth > 0) failAt(this.#line, 'unclosed left paren');
        this.#push('}}', '}}');
        return end !== '}}';
      }
      this.#readWord();
    }
  }

  #skipComment(): boolean {
    if (this.#take(comment) === undefined) failAt(this.#line, 'unclosed comment');
    const end = this.#take(rightDelimiter) ?? failAt(this.#line, 'comment ends before closing delimiter');
    return end !== '}}';
  }

  #readWord(): void {
    const spaces = this.#peek(space);
    if (spaces !== undefined) {
      // a space may belong to a delimiter that trims
      const isTrimming = this.#template.startsWith('-}}', this.#at + spaces.length);
      this.#advance(isTrimming ? spaces.slice(0, -1) : spaces);
      this.#spaced = true;
      return;
    }
    const next = this.#template[this.#at] ?? failAt(this.#line, 'unclosed action');
    const name = this.#peek(word);
    if (next === '"') this.#readLiteral('string', quoted, 'quoted string');
    else if (next === '`') this.#readLiteral('string', raw, 'raw quoted string');
    else if (next === "'") this.#readLiteral('character', character, 'character constant');
    else if (this.#peek(numberStart) !== undefined) this.#readNumber();
    else if (next === '$') this.#readTerminated('variable', variable);
    else if (next === '.') this.#readTerminated(this.#peek(field) === undefined ? '.' : 'field', field);
    else if (name !== undefined) this.#readTerminated(keywords.has(name) ? 'keyword' : 'name', word);
    else this.#readSymbol(next);
  }

  #readSymbol(next: string): void {
    const text = this.#template.startsWith(':=', this.#at) ? ':=' : next;
    if (text === ':') failAt(this.#line, 'expected :=');
    if (text === '(') this.#depth++;
    if (text === ')' && --this.#depth < 0) failAt(this.#line, 'unexpected right paren');
    if (!/^[ -~]/.test(text)) failAt(this.#line, `unrecognized character in action: ${text}`);
    this.#push(symbols.get(text) ?? 'symbol', text);
    this.#advance(text);
  }

  #readLiteral(kind: 'string' | 'character', pattern: RegExp, what: string): void {
    const literal = this.#peek(pattern) ?? failAt(this.#line, `unterminated ${what}`);
    this.#push(kind, literal);
    this.#advance(literal);
  }

  #readNumber(): void {
    const text = this.#take(number) ?? '';
    const behind = this.#peek(word);
    const next = this.#template[this.#at];
    if (behind !== undefined || next === '+' || next === '-')
      failAt(this.#line, `bad number syntax: ${text}${behind ?? next ?? ''}`);
    this.#push('number', text);
  }

  #readTerminated(kind: Token['kind'], pattern: RegExp): void {
    const text = this.#take(pattern) ?? this.#take(/\./y) ?? '';
    if (this.#peek(terminator) === undefined) failAt(this.#line, `bad character ${this.#template[this.#at] ?? ''}`);
    this.#push(kind, text);
  }

  #push(kind: Token['kind'], text: string): void {
    if (kind !== 'text' || text !== '') this.#tokens.push({ kind, text, line: this.#line, spaced: this.#spaced });
    this.#spaced = false;
  }

  #peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#template)?.[0];
  }

  #take(pattern: RegExp): string | undefined {
    const text = this.#peek(pattern);
    if (text !== undefined) this.#advance(text);
    return text;
  }

  #advance(text: string): void {
    this.#at += text.length;
    this.#line += text.split('\n').length - 1;
  }
}

const symbols: ReadonlyMap<string, Token['kind']> = new Map([
  ['|', '|'],
  ['(', '('],
  [')', ')'],
  ['=', '='],
  [':=', ':='],
  [',', ','],
] as const);
