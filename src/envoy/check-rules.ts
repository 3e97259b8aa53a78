import {
  getOption,
  hasOption,
  toJson,
  type DescField,
  type DescMessage,
  type DescOneof,
  type Message,
  type Registry,
} from '@bufbuild/protobuf';
import { isReflectMessage, reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';

import { rememberByIdentity } from '../lib/remember.js';
import {
  judgeCount,
  judgeDuration,
  judgeLength,
  judgeNumber,
  judgeText,
  type ListRules,
  type MapRules,
  type ValueRules,
} from './value-rules.js';

/** Where in a message a rule is broken (Go's names of fields), why, and what is wrong inside. */
interface Broken {
  readonly field: string;
  readonly reason: string;
  readonly cause?: string;
}

/** How the rules of protoc-gen-validate stand in descriptors: as options of fields and oneofs. */
interface RuleBook {
  rulesOf(field: DescField): ValueRules;
  isRequired(oneof: DescOneof): boolean;
}

/**
 * The first rule of protoc-gen-validate that a message breaks, in the words of its Go code; undefined when it breaks
 * none. Rules for what an Any holds are not looked at (Kuma 2.5).
 */
export const findBrokenRule = (registry: Registry, desc: DescMessage, message: Message): string | undefined =>
  checkMessage(openRuleBook(registry), reflect(desc, message));

/** Reading rules takes longer than judging by them. */
const openRuleBook = rememberByIdentity((registry: Registry): RuleBook => {
  const rules = registry.getExtension('validate.rules');
  const required = registry.getExtension('validate.required');
  const schema = rules?.message;
  if (rules === undefined || schema === undefined || required === undefined)
    throw new Error('the descriptors have no rules of protoc-gen-validate');
  return {
    rulesOf: rememberByIdentity((field: DescField) =>
      hasOption(field, rules) ? (toJson(schema, getOption(field, rules) as Message) as ValueRules) : {},
    ),
    isRequired: rememberByIdentity(
      (oneof: DescOneof) => hasOption(oneof, required) && getOption(oneof, required) === true,
    ),
  };
});

function checkMessage(book: RuleBook, message: ReflectMessage): string | undefined {
  const { typeName, file } = message.desc;
  // Google's own messages have no rules
  if (typeName.startsWith('google.')) return undefined;
  const broken = checkFields(book, message);
  if (broken === undefined) return undefined;
  const name = typeName.slice(file.proto.package.length + 1).replaceAll('.', '_');
  const cause = broken.cause === undefined ? '' : ` | caused by: ${broken.cause}`;
  return `invalid ${name}.${broken.field}: ${broken.reason}${cause}`;
}

/** Fields in their order, then oneofs. */
function checkFields(book: RuleBook, message: ReflectMessage): Broken | undefined {
  for (const field of message.desc.fields) {
    const broken = field.oneof === undefined ? checkField(book, message, field) : undefined;
    if (broken !== undefined) return broken;
  }
  for (const oneof of message.desc.oneofs) {
    const field = message.oneofCase(oneof);
    const broken = field === undefined ? undefined : checkField(book, message, field);
    if (broken !== undefined) return broken;
    if (field === undefined && book.isRequired(oneof)) return { field: toGoName(oneof.name), reason: absent };
  }
  return undefined;
}

const absent = 'value is required';

function checkField(book: RuleBook, message: ReflectMessage, field: DescField): Broken | undefined {
  const rules = book.rulesOf(field);
  const name = toGoName(field.name);
  switch (field.fieldKind) {
    case 'scalar':
    case 'enum':
      return checkValue(book, field, rules, name, message.get(field));
    case 'message':
      if (message.isSet(field)) return checkValue(book, field, rules, name, message.get(field));
      return (rules.message ?? rules.any ?? rules.duration)?.required === true
        ? { field: name, reason: isWrapper(field.message) ? `${absent} and must not be nil.` : absent }
        : undefined;
    case 'list':
      return checkList(book, field, rules.repeated ?? {}, name, [...message.get(field)]);
    case 'map':
      return checkMap(book, field, rules.map ?? {}, name, [...message.get(field)]);
  }
}

function checkList(
  book: RuleBook,
  field: DescField,
  rules: ListRules,
  name: string,
  items: readonly unknown[],
): Broken | undefined {
  const reason = judgeCount(items.length, rules.minItems, rules.maxItems, 'item');
  if (reason !== undefined) return { field: name, reason };
  for (const [i, item] of items.entries()) {
    const place = `${name}[${i}]`;
    if (rules.unique === true && items.indexOf(item) < i)
      return { field: place, reason: 'repeated value must contain unique items' };
    const broken = checkValue(book, field, rules.items ?? {}, place, item);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function checkMap(
  book: RuleBook,
  field: DescField,
  rules: MapRules,
  name: string,
  pairs: readonly (readonly [unknown, unknown])[],
): Broken | undefined {
  const reason = judgeCount(pairs.length, rules.minPairs, undefined, 'pair');
  if (reason !== undefined) return { field: name, reason };
  for (const [key, value] of [...pairs].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) {
    const place = `${name}[${String(key)}]`;
    const broken =
      checkValue(book, field, rules.keys ?? {}, place, key) ??
      checkValue(book, field, rules.values ?? {}, place, value);
    if (broken !== undefined) return broken;
  }
  return undefined;
}

function checkValue(
  book: RuleBook,
  field: DescField,
  rules: ValueRules,
  place: string,
  value: unknown,
): Broken | undefined {
  const reason = judgeValue(field, rules, value);
  if (reason !== undefined) return { field: place, reason };
  const cause = isReflectMessage(value) ? checkMessage(book, value) : undefined;
  return cause === undefined ? undefined : { field: place, reason: 'embedded message failed validation', cause };
}

function judgeValue(field: DescField, rules: ValueRules, value: unknown): string | undefined {
  if (isReflectMessage(value)) return judgeGoogleMessage(field, rules, value);
  if (typeof value === 'string') return judgeText(rules.string ?? {}, value);
  if (typeof value === 'boolean')
    return rules.bool?.const === undefined || rules.bool.const === value
      ? undefined
      : `value must equal ${rules.bool.const}`;
  if (value instanceof Uint8Array) return judgeLength(value.length, rules.bytes?.minLen, rules.bytes?.maxLen, 'bytes');
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if (rules.enum !== undefined) return judgeEnum(field, rules.enum, Number(value));
  const limits = rules.uint32 ?? rules.uint64 ?? rules.int32 ?? rules.int64 ?? rules.double ?? rules.float;
  return limits === undefined ? undefined : judgeNumber(limits, value);
}

/** Durations, and the value inside a wrapper such as UInt32Value. */
function judgeGoogleMessage(field: DescField, rules: ValueRules, message: ReflectMessage): string | undefined {
  const [first, second] = message.desc.fields;
  if (first === undefined) return undefined;
  if (isWrapper(message.desc)) return judgeValue(field, rules, message.get(first));
  if (message.desc.typeName !== 'google.protobuf.Duration' || second === undefined || rules.duration === undefined)
    return undefined;
  const [seconds, nanos] = [message.get(first) as bigint, message.get(second) as number];
  return judgeDuration(rules.duration, seconds * 1_000_000_000n + BigInt(nanos));
}

const isWrapper = (desc: DescMessage): boolean => desc.file.name === 'google/protobuf/wrappers';

function judgeEnum(field: DescField, rules: NonNullable<ValueRules['enum']>, value: number): string | undefined {
  const values = field.enum?.values ?? [];
  if (rules.notIn?.includes(value) === true) {
    const names = rules.notIn.map((each) => values.find(({ number }) => number === each)?.name ?? String(each));
    return `value must not be in list [${names.join(' ')}]`;
  }
  return rules.definedOnly === true && !values.some(({ number }) => number === value)
    ? 'value must be one of the defined enum values'
    : undefined;
}

/** The name that Go's generated code has for a field: `http2_options` is `Http2Options`, `consecutive_5xx` `Consecutive_5Xx`. */
const toGoName = (name: string): string =>
  name.replaceAll(/(?:^|_|(?<=[0-9]))([a-z])/g, (_match, letter: string) => letter.toUpperCase());
