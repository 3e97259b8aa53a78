import type { Bytes } from './unquote.js';

/** Text and actions in a row. */
export type List = readonly Item[];

export type Item =
  | { readonly item: 'text'; readonly text: Bytes }
  /** Prints the value of the pipeline, unless it declares something. */
  | { readonly item: 'action'; readonly pipe: Pipe }
  | { readonly item: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly list: List; readonly otherwise: List }
  | { readonly item: 'template'; readonly name: Bytes; readonly pipe: Pipe | undefined }
  | { readonly item: 'break' | 'continue' };

/** Commands of which each gives its value to the next as last argument. */
export interface Pipe {
  /** Variables that get the value. */
  readonly variables: readonly string[];
  /** The variables exist already. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

/** A function or a value, and arguments. */
export interface Command {
  readonly first: Operand;
  readonly rest: readonly Operand[];
}

export type Operand =
  | { readonly operand: 'dot' }
  | { readonly operand: 'nil' }
  | { readonly operand: 'bool'; readonly value: boolean }
  /** Too large integers are refused when they are used. */
  | { readonly operand: 'int'; readonly value: bigint }
  | { readonly operand: 'float'; readonly value: number }
  | { readonly operand: 'string'; readonly value: Bytes }
  | { readonly operand: 'function'; readonly name: string }
  | { readonly operand: 'pipe'; readonly pipe: Pipe }
  /** Entries of a map in a map; `of` is dot, a variable or a pipeline. */
  | { readonly operand: 'fields'; readonly of: Operand; readonly names: readonly Bytes[] }
  | { readonly operand: 'variable'; readonly name: string };

/** A template that was read, and those that it defines. */
export interface GoTemplate {
  readonly root: List;
  readonly defined: ReadonlyMap<Bytes, List>;
}
