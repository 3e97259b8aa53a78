import { functionNames } from './functions.js';
import { parseNumber } from './parse-number.js';
import { readTokens, type Token } from './read-tokens.js';
import type { Command, GoTemplate, Item, List, Operand, Pipe } from './syntax.js';
import { failAt } from './template-error.js';
import { toBytes, unquoteCharacter, unquoteString, type Bytes } from './unquote.js';

/** Far more than anybody nests, so that no input exhausts the stack. */
const maxNesting = 200;

/** Reads a template of Go; throws a TemplateError. */
export function parseTemplate(text: string): GoTemplate {
  return new TemplateParser(readTokens(text)).parse();
}

/** How a list ended; `else if` and `else with` name what follows. */
type ListEnd = 'end' | 'else' | 'else if' | 'else with';

class TemplateParser {
  readonly #tokens: readonly Token[];
  readonly #defined = new Map<Bytes, List>();
  #at = 0;
  #variables = ['$'];
  #loops = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): GoTemplate {
    const root: Item[] = [];
    while (this.#peek().kind !== 'end of template') {
      if (this.#peek().kind === '{{' && isKeyword(this.#peek(1), 'define')) {
        this.#parseDefinition();
        continue;
      }
      const item = this.#parseItem();
      if (typeof item === 'string') return this.#fail(`unexpected {{${item}}}`);
      root.push(item);
    }
    return { root, defined: this.#defined };
  }

  #parseDefinition(): void {
    this.#at += 2;
    const name = this.#parseName('define clause');
    this.#expect('}}', 'define clause');
    this.#define(name, 'define clause');
  }

  /** The list up to `{{end}}` as a template of its own, without the variables around it. */
  #define(name: Bytes, context: string): void {
    const [variables, loops] = [this.#variables, this.#loops];
    [this.#variables, this.#loops] = [['$'], 0];
    const { list, end } = this.#parseList();
    [this.#variables, this.#loops] = [variables, loops];
    if (end !== 'end') this.#fail(`unexpected {{${end}}} in ${context}`);
    const earlier = this.#defined.get(name);
    if (earlier !== undefined && !isEmpty(earlier)) {
      if (!isEmpty(list)) this.#fail(`multiple definition of template "${name}"`);
      return;
    }
    this.#defined.set(name, list);
  }

  #parseList(): { readonly list: List; readonly end: ListEnd } {
    if (++this.#nesting > maxNesting) this.#fail('too deeply nested');
    const list: Item[] = [];
    while (this.#peek().kind !== 'end of template') {
      const item = this.#parseItem();
      if (typeof item === 'string') {
        this.#nesting--;
        return { list, end: item };
      }
      list.push(item);
    }
    return this.#fail('unexpected EOF');
  }

  #parseItem(): Item | ListEnd {
    const token = this.#next();
    if (token.kind === 'text') return { item: 'text', text: toBytes(token.text) };
    const keyword = this.#peek();
    if (keyword.kind !== 'keyword' || keyword.text === 'nil')
      return { item: 'action', pipe: this.#parsePipe('command', '}}') };
    this.#at++;
    switch (keyword.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#parseControl(keyword.text);
      case 'break':
      case 'continue':
        this.#expect('}}', `{{${keyword.text}}}`);
        if (this.#loops === 0) this.#fail(`{{${keyword.text}}} outside {{range}}`);
        return { item: keyword.text };
      case 'template':
        return this.#parseTemplateCall();
      case 'block':
        return this.#parseBlock();
      case 'else':
        return this.#parseElse();
      case 'end':
        this.#expect('}}', 'end');
        return 'end';
      default:
        return this.#fail(`unexpected ${keyword.text} in command`);
    }
  }

  #parseElse(): ListEnd {
    if (isKeyword(this.#peek(), 'if')) return 'else if';
    if (isKeyword(this.#peek(), 'with')) return 'else with';
    this.#expect('}}', 'else');
    return 'else';
  }

  #parseControl(control: 'if' | 'with' | 'range'): Item {
    const visible = this.#variables.length;
    const pipe = this.#parsePipe(control, '}}');
    if (control === 'range') this.#loops++;
    const { list, end } = this.#parseList();
    if (control === 'range') this.#loops--;
    const otherwise = end === 'end' ? [] : this.#parseOtherwise(control, end);
    this.#variables.length = visible;
    return { item: control, pipe, list, otherwise };
  }

  /** `else if` stands for an `if` inside the `else`, whose end is that of both. */
  #parseOtherwise(control: 'if' | 'with' | 'range', start: ListEnd): List {
    if (start === 'else if' || start === 'else with') {
      if (start !== `else ${control}`) return this.#fail(`unexpected {{${start}}} in ${control}`);
      this.#at++;
      if (++this.#nesting > maxNesting) this.#fail('too deeply nested');
      const inner = this.#parseControl(control);
      this.#nesting--;
      return [inner];
    }
    const { list, end } = this.#parseList();
    return end === 'end' ? list : this.#fail(`expected end; found {{${end}}}`);
  }

  #parseTemplateCall(): Item {
    const name = this.#parseName('template clause');
    if (this.#peek().kind === '}}') {
      this.#at++;
      return { item: 'template', name, pipe: undefined };
    }
    return { item: 'template', name, pipe: this.#parsePipe('template clause', '}}') };
  }

  #parseBlock(): Item {
    const name = this.#parseName('block clause');
    const pipe = this.#parsePipe('block clause', '}}');
    this.#define(name, 'block clause');
    return { item: 'template', name, pipe };
  }

  #parseName(context: string): Bytes {
    const { text } = this.#expect('string', context);
    return unquoteString(text) ?? this.#fail('invalid syntax');
  }

  #parsePipe(context: string, end: '}}' | ')'): Pipe {
    const { variables, assigns } = this.#parseDeclaration(context);
    const commands: Command[] = [];
    while (this.#peek().kind !== end) commands.push(this.#parseCommand(context));
    this.#at++;
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    for (const [i, { first }] of commands.entries()) {
      if (i > 0 && isConstant(first)) this.#fail(`non executable command in pipeline stage ${i + 1}`);
    }
    return { variables, assigns, commands };
  }

  #parseDeclaration(context: string): { readonly variables: readonly string[]; readonly assigns: boolean } {
    const variables: string[] = [];
    while (this.#peek().kind === 'variable') {
      const sign = this.#peek(1).kind;
      if (sign !== '=' && sign !== ':=' && sign !== ',') break;
      const { text } = this.#next();
      this.#at++;
      variables.push(text);
      this.#variables.push(text);
      if (sign !== ',') return { variables, assigns: sign === '=' };
      if (context !== 'range' || variables.length > 1) this.#fail(`too many declarations in ${context}`);
      if (!['variable', '}}', ')'].includes(this.#peek().kind)) this.#fail('range can only initialize variables');
    }
    return { variables, assigns: false };
  }

  #parseCommand(context: string): Command {
    const operands: Operand[] = [];
    for (;;) {
      const next = this.#peek();
      if (operands.length > 0) {
        if (next.kind === '}}' || next.kind === ')') break;
        if (next.kind === '|') {
          this.#at++;
          break;
        }
        if (!next.spaced) this.#failAtToken('operand');
      }
      operands.push(this.#parseOperand(operands.length > 0 ? 'operand' : context));
    }
    const [first, ...rest] = operands;
    return first === undefined ? this.#fail('empty command') : { first, rest };
  }

  #parseOperand(context: string): Operand {
    const term = this.#parseTerm(context);
    const names: string[] = [];
    while (this.#peek().kind === 'field' && !this.#peek().spaced) names.push(toBytes(this.#next().text.slice(1)));
    if (names.length === 0) return term;
    return isConstant(term) ? this.#fail('unexpected . after term') : { operand: 'fields', of: term, names };
  }

  #parseTerm(context: string): Operand {
    if (this.#peek().kind === '(') return this.#parseParentheses();
    const term = this.#readTerm(this.#peek()) ?? this.#failAtToken(context);
    this.#at++;
    return term;
  }

  /** The term that a single token is; undefined when it is none. */
  #readTerm({ kind, text }: Token): Operand | undefined {
    if (kind === 'name') return this.#nameTerm(text);
    if (kind === '.') return { operand: 'dot' };
    if (kind === 'keyword' && text === 'nil') return { operand: 'nil' };
    if (kind === 'field') return { operand: 'fields', of: { operand: 'dot' }, names: [toBytes(text.slice(1))] };
    if (kind === 'number') return parseNumber(text) ?? this.#fail(`illegal number syntax: "${text}"`);
    if (kind === 'string') return { operand: 'string', value: unquoteString(text) ?? this.#fail('invalid syntax') };
    if (kind === 'character')
      return { operand: 'int', value: BigInt(unquoteCharacter(text) ?? this.#fail('invalid syntax')) };
    if (kind !== 'variable') return undefined;
    return this.#variables.includes(text)
      ? { operand: 'variable', name: text }
      : this.#fail(`undefined variable "${text}"`);
  }

  #nameTerm(text: string): Operand {
    if (text === 'true' || text === 'false') return { operand: 'bool', value: text === 'true' };
    return functionNames.has(text) ? { operand: 'function', name: text } : this.#fail(`function "${text}" not defined`);
  }

  #parseParentheses(): Operand {
    this.#at++;
    if (++this.#nesting > maxNesting) this.#fail('max expression depth exceeded');
    const pipe = this.#parsePipe('parenthesized pipeline', ')');
    this.#nesting--;
    return { operand: 'pipe', pipe };
  }

  #peek(ahead = 0): Token {
    // the last token says that the template ends, and nothing goes beyond it
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] ?? endToken;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #expect(kind: Token['kind'], context: string): Token {
    return this.#peek().kind === kind ? this.#next() : this.#failAtToken(context);
  }

  #failAtToken(context: string): never {
    return this.#fail(`unexpected ${this.#peek().text} in ${context}`);
  }

  #fail(message: string): never {
    return failAt(this.#peek().line, message);
  }
}

const endToken: Token = { kind: 'end of template', text: 'EOF', line: 1, spaced: false };

const isKeyword = ({ kind, text }: Token, keyword: string): boolean => kind === 'keyword' && text === keyword;

const isConstant = ({ operand }: Operand): boolean =>
  ['bool', 'string', 'int', 'float', 'nil', 'dot'].includes(operand);

const isEmpty = (list: List): boolean =>
  list.every((item) => item.item === 'text' && /^[ \t\r\n\v\f]*$/.test(item.text));
