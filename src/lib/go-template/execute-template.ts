import { callFunction } from './functions.js';
import type { Command, GoTemplate, Item, List, Operand, Pipe } from './syntax.js';
import { TemplateError } from './template-error.js';
import type { Bytes } from './unquote.js';
import { intValue, isTrue, nil, printValue, sizeOf, sortedEntries, stringValue, type Value } from './value.js';

/** Templates make names and ports: what does more is a mistake or an attack. */
const maxWork = 100_000;
const maxOutput = 16_384;
const maxDepth = 100;

/** What a template makes of a map of texts; throws a TemplateError. Takes bounded time and space. */
export function executeTemplate(template: GoTemplate, data: ReadonlyMap<Bytes, Bytes>): Bytes {
  return new Execution(template).run({ type: 'map[string]string', value: data });
}

interface Variable {
  readonly name: string;
  value: Value;
}

/** How a list ended before its end. */
type Jump = 'break' | 'continue' | undefined;

const noValue = stringValue('<no value>');

const fail = (message: string): never => {
  throw new TemplateError(message);
};

class Execution {
  readonly #template: GoTemplate;
  #output = '';
  #work = 0;
  #depth = 0;
  #variables: Variable[] = [];

  constructor(template: GoTemplate) {
    this.#template = template;
  }

  run(data: Value): Bytes {
    this.#variables = [{ name: '$', value: data }];
    this.#walkList(this.#template.root, data);
    return this.#output;
  }

  #walkList(list: List, dot: Value): Jump {
    for (const item of list) {
      const jump = this.#walk(item, dot);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  #walk(item: Item, dot: Value): Jump {
    this.#count(1);
    switch (item.item) {
      case 'text':
        this.#print(stringValue(item.text));
        return undefined;
      case 'action': {
        const value = this.#runPipe(item.pipe, dot);
        if (item.pipe.variables.length === 0) this.#print(value.type === '<nil>' ? noValue : value);
        return undefined;
      }
      case 'if':
      case 'with':
        return this.#scoped(() => {
          const value = this.#runPipe(item.pipe, dot);
          if (!isTrue(value)) return this.#walkList(item.otherwise, dot);
          return this.#walkList(item.list, item.item === 'with' ? value : dot);
        });
      case 'range':
        return this.#scoped(() => this.#walkRange(item, dot));
      case 'template':
        this.#callTemplate(item.name, item.pipe, dot);
        return undefined;
      case 'break':
      case 'continue':
        return item.item;
    }
  }

  #walkRange({ pipe, list, otherwise }: Extract<Item, { item: 'range' | 'if' | 'with' }>, dot: Value): Jump {
    const over = this.#runPipe(pipe, dot);
    this.#count(sizeOf(over));
    let isEmpty = true;
    for (const [key, value] of this.#iterate(over, pipe)) {
      isEmpty = false;
      this.#count(1);
      const jump = this.#scoped(() => {
        this.#setLoopVariables(pipe, key, value);
        return this.#walkList(list, value);
      });
      if (jump === 'break') return undefined;
    }
    return isEmpty ? this.#walkList(otherwise, dot) : undefined;
  }

  *#iterate(over: Value, { variables }: Pipe): Generator<readonly [key: Value, value: Value]> {
    switch (over.type) {
      case 'map[string]string':
        for (const [key, value] of sortedEntries(over.value)) yield [stringValue(key), stringValue(value)];
        return;
      case 'int':
      case 'uint8':
        if (variables.length > 1) fail(`can't use ${over.value} to iterate over more than one variable`);
        for (let i = 0n; i < over.value; i++) yield [nil, { type: over.type, value: i }];
        return;
      case '<nil>':
        return;
      case 'string':
      case 'bool':
      case 'float64':
        fail(`range can't iterate over ${printValue(over)}`);
    }
  }

  /** The last variable gets the value, one before it the key. */
  #setLoopVariables({ variables, assigns }: Pipe, key: Value, value: Value): void {
    for (const [i, each] of [...variables].reverse().entries()) {
      const loopValue = i === 0 ? value : key;
      if (assigns) this.#assign(each, loopValue);
      else this.#topVariable(i).value = loopValue;
    }
  }

  /** Variables that a range declares were pushed when its pipeline ran. */
  #topVariable(below: number): Variable {
    return this.#variables.at(-1 - below) ?? fail('undefined variable');
  }

  #callTemplate(name: Bytes, pipe: Pipe | undefined, dot: Value): void {
    const list = name === '' ? this.#template.root : this.#template.defined.get(name);
    if (list === undefined) return fail(`template "${name}" not defined`);
    if (++this.#depth > maxDepth) fail('exceeded maximum template depth');
    const inner = pipe === undefined ? nil : this.#runPipe(pipe, dot);
    const outer = this.#variables;
    this.#variables = [{ name: '$', value: inner }];
    this.#walkList(list, inner);
    this.#variables = outer;
    this.#depth--;
  }

  #runPipe({ commands, variables, assigns }: Pipe, dot: Value): Value {
    let value: Value | undefined;
    for (const command of commands) value = this.#runCommand(command, dot, value);
    const result = value ?? nil;
    for (const name of variables) {
      if (assigns) this.#assign(name, result);
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  /** `final` is the value of the command before, the last argument of this one. */
  #runCommand({ first, rest }: Command, dot: Value, final: Value | undefined): Value {
    this.#count(1);
    if (first.operand === 'function') return this.#call(first.name, rest, dot, final);
    const hasArguments = rest.length > 0 || final !== undefined;
    if (first.operand === 'fields') return this.#readFields(first.of, first.names, dot, hasArguments);
    if (hasArguments) fail("can't give argument to non-function");
    return first.operand === 'nil' ? fail('nil is not a command') : this.#evaluate(first, dot);
  }

  #evaluate(operand: Operand, dot: Value): Value {
    switch (operand.operand) {
      case 'dot':
        return dot;
      case 'nil':
        return nil;
      case 'bool':
        return { type: 'bool', value: operand.value };
      case 'int':
        return BigInt.asIntN(64, operand.value) === operand.value
          ? intValue(operand.value)
          : fail(`${operand.value} overflows int`);
      case 'float':
        return { type: 'float64', value: operand.value };
      case 'string':
        return stringValue(operand.value);
      case 'function':
        return this.#call(operand.name, [], dot, undefined);
      case 'pipe':
        return this.#runPipe(operand.pipe, dot);
      case 'fields':
        return this.#readFields(operand.of, operand.names, dot, false);
      case 'variable':
        return this.#find(operand.name).value;
    }
  }

  #readFields(of: Operand, names: readonly string[], dot: Value, hasArguments: boolean): Value {
    return names.reduce(
      (value: Value, name, i) => {
        if (value.type === '<nil>') return nil;
        if (value.type !== 'map[string]string') return fail(`can't evaluate field ${name} in type ${value.type}`);
        if (hasArguments && i === names.length - 1) return fail(`${name} is not a method but has arguments`);
        const entry = value.value.get(name);
        return entry === undefined ? nil : stringValue(entry);
      },
      this.#evaluate(of, dot),
    );
  }

  #call(name: string, args: readonly Operand[], dot: Value, final: Value | undefined): Value {
    if (name === 'and' || name === 'or') return this.#callLogical(name, args, dot, final);
    const values = args.map((arg) => this.#evaluate(arg, dot));
    if (final !== undefined) values.push(final);
    // before the call: what it makes may be several times as long
    for (const value of values) this.#count(sizeOf(value));
    const result = callFunction(name, values);
    return sizeOf(result) > maxOutput ? fail('a text is too long') : result;
  }

  /** The first value that decides, or the last one. */
  #callLogical(name: 'and' | 'or', args: readonly Operand[], dot: Value, final: Value | undefined): Value {
    let value = final;
    for (const arg of args) {
      const next = this.#evaluate(arg, dot);
      if (isTrue(next) === (name === 'or')) return next;
      value = final ?? next;
    }
    return value ?? fail(`wrong number of args for ${name}: want at least 1 got 0`);
  }

  #assign(name: string, value: Value): void {
    this.#find(name).value = value;
  }

  #find(name: string): Variable {
    return this.#variables.findLast((each) => each.name === name) ?? fail(`undefined variable: ${name}`);
  }

  /** Forgets the variables that are declared meanwhile. */
  #scoped(walk: () => Jump): Jump {
    const visible = this.#variables.length;
    const jump = walk();
    this.#variables.length = visible;
    return jump;
  }

  #print(value: Value): void {
    this.#output += printValue(value);
    if (this.#output.length > maxOutput) fail('the output is too long');
  }

  /** Counts what is done: an item, a round, a command, a byte that a function or a loop looks at. */
  #count(work: number): void {
    this.#work += work;
    if (this.#work > maxWork) fail('takes too many steps');
  }
}
