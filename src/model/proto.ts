import { Type, type TSchema } from 'typebox';

/** Schema keywords that the protobuf reader of admission interprets. */
export interface ProtoKeywords {
  /** How the value is read and printed. */
  readonly 'x-proto': ProtoType;
  /** A second, snake_case name under which a field is accepted. */
  readonly 'x-alt'?: string;
  /** Group of fields of which only one can be set: the last in the schema's order wins. */
  readonly 'x-oneof'?: string;
  /** Names of an enum, by number; undefined where a number has none. */
  readonly 'x-enum'?: readonly (string | undefined)[];
  /** An empty map counts as present: a rule tests presence. */
  readonly 'x-keep-empty'?: boolean;
}

/** How the decoder reads and prints a value; messages, lists and maps hold others. */
export type ProtoType =
  | 'string'
  | 'bool'
  | 'uint32'
  | 'uint64'
  | 'double'
  | 'float'
  | 'bytes'
  | 'enum'
  | 'duration'
  | 'struct'
  | 'message'
  | 'repeated'
  | 'map';

/** What every combinator takes: a description for the documents, and the names of a field. */
export interface FieldOptions {
  readonly description?: string;
  readonly alt?: string;
  readonly oneof?: string;
}

interface MapOptions extends FieldOptions {
  /** An empty map counts as present; absent = it counts as absent. */
  readonly keepEmpty?: boolean;
}

/** A floating point number as it is stored: those that JSON does not know are texts. */
export type ProtoNumber = number | 'NaN' | 'Infinity' | '-Infinity';

const keywords = (proto: ProtoType, { description, alt, oneof }: FieldOptions): Record<string, unknown> => ({
  'x-proto': proto,
  ...(description === undefined ? {} : { description }),
  ...(alt === undefined ? {} : { 'x-alt': alt }),
  ...(oneof === undefined ? {} : { 'x-oneof': oneof }),
});

/** A wrapper (`UInt32Value` and the like): as the plain type, but zero counts as set and is printed. */
const wrapped = { 'x-wrapper': true } as const;

/**
 * The types of protobuf as TypeBox schemas, for the kinds whose JSON is protobuf's. All fields of a message are
 * optional: protobuf knows no required ones.
 */
export const proto = {
  string: (options: FieldOptions = {}) => Type.String(keywords('string', options)),
  bool: (options: FieldOptions = {}) => Type.Boolean(keywords('bool', options)),
  uint32: (options: FieldOptions = {}) =>
    Type.Integer({ minimum: 0, maximum: 4_294_967_295, ...keywords('uint32', options) }),
  /** Printed as a text, so that no reader loses digits. */
  uint64: (options: FieldOptions = {}) => Type.String({ pattern: '^[0-9]+$', ...keywords('uint64', options) }),
  duration: (options: FieldOptions = {}) =>
    Type.String({ ...keywords('duration', options), examples: ['10s', '1h30m', '0.250s'] }),
  /** A time in RFC 3339; only in what the server itself writes, so that its text is kept as it is. */
  timestamp: (options: FieldOptions = {}) => Type.String({ format: 'date-time', ...keywords('string', options) }),
  /** Standard base64. */
  bytesValue: (options: FieldOptions = {}) =>
    Type.String({ contentEncoding: 'base64', ...keywords('bytes', options), ...wrapped }),
  bytes: (options: FieldOptions = {}) => Type.String({ contentEncoding: 'base64', ...keywords('bytes', options) }),
  stringValue: (options: FieldOptions = {}) => Type.String({ ...keywords('string', options), ...wrapped }),
  boolValue: (options: FieldOptions = {}) => Type.Boolean({ ...keywords('bool', options), ...wrapped }),
  uint32Value: (options: FieldOptions = {}) =>
    Type.Integer({ minimum: 0, maximum: 4_294_967_295, ...keywords('uint32', options), ...wrapped }),
  doubleValue: (options: FieldOptions = {}) =>
    Type.Unsafe<ProtoNumber>({ type: 'number', ...keywords('double', options), ...wrapped }),
  floatValue: (options: FieldOptions = {}) =>
    Type.Unsafe<ProtoNumber>({ type: 'number', ...keywords('float', options), ...wrapped }),
  /**
   * By name, or by number, which is kept when it has no name; the first name is number 0 and is not printed.
   * Numbers that have no name are undefined.
   */
  enum: <const Names extends readonly (string | undefined)[]>(names: Names, options: FieldOptions = {}) =>
    Type.Unsafe<NonNullable<Names[number]> | number>({
      type: ['string', 'integer'],
      'x-enum': names,
      examples: names.filter((name) => name !== undefined),
      ...keywords('enum', options),
    }),
  /** Any JSON object; keys are sorted on every level. */
  struct: (options: FieldOptions = {}) =>
    Type.Unsafe<Readonly<Record<string, unknown>>>({ type: 'object', ...keywords('struct', options) }),
  message: <Fields extends Record<string, TSchema>>(fields: Fields, options: FieldOptions = {}) =>
    Type.Partial(Type.Object(fields), keywords('message', options)),
  /** An item that is a wrapper may be null, and is answered so. */
  repeated: <Item extends TSchema>(item: Item, options: FieldOptions = {}) =>
    Type.Array(
      'x-wrapper' in item && 'type' in item ? { ...item, type: [item.type, 'null'] } : item,
      keywords('repeated', options),
    ),
  map: <Value extends TSchema>(value: Value, { keepEmpty, ...options }: MapOptions = {}) =>
    Type.Record(Type.String(), value, {
      ...keywords('map', options),
      ...(keepEmpty === true ? { 'x-keep-empty': true } : {}),
    }),
};
