import type { DescField, DescMessage } from '@bufbuild/protobuf';

import type { MessageJson } from './message-json.js';
import { loadRegistry } from './registry.js';

/**
 * Merges a patch into a message of the same type, both in proto-JSON, by the rules of protobuf: lists grow, entries of
 * maps replace those with the same key, messages merge field by field, fields that the patch does not set stay, and of a
 * oneof what the patch sets is left. Kuma 2.5: a duration replaces what was there as a whole.
 */
export function mergeMessages(typeName: string, message: MessageJson, patch: MessageJson): MessageJson {
  const desc = loadRegistry().getMessage(typeName);
  if (desc === undefined) throw new Error(`no descriptor of ${typeName}`);
  return mergeFields(desc, message, patch);
}

function mergeFields(desc: DescMessage, message: MessageJson, patch: MessageJson): MessageJson {
  const merged: Record<string, unknown> = { ...message };
  for (const field of desc.fields) {
    const value = patch[field.jsonName];
    if (value === undefined) continue;
    for (const other of field.oneof?.fields ?? []) if (other !== field) Reflect.deleteProperty(merged, other.jsonName);
    merged[field.jsonName] = mergeField(field, merged[field.jsonName], value);
  }
  return merged;
}

function mergeField(field: DescField, before: unknown, value: unknown): unknown {
  if (before === undefined) return value;
  switch (field.fieldKind) {
    case 'scalar':
    case 'enum':
      return value;
    case 'list':
      return Array.isArray(before) && Array.isArray(value)
        ? [...(before as unknown[]), ...(value as unknown[])]
        : value;
    case 'map':
      return isObject(before) && isObject(value) ? { ...before, ...value } : value;
    case 'message':
      return mergeMessage(field.message, before, value);
  }
}

function mergeMessage(desc: DescMessage, before: unknown, value: unknown): unknown {
  if (desc.typeName === 'google.protobuf.Any')
    return isObject(value) && Object.keys(value).length === 0 ? before : value;
  // a wrapper around nothing sets nothing
  if (desc.file.name === 'google/protobuf/wrappers') return isZero(value) ? before : value;
  if (!isObject(before) || !isObject(value)) return value;
  return desc.typeName === 'google.protobuf.Struct' ? { ...before, ...value } : mergeFields(desc, before, value);
}

const isZero = (value: unknown): boolean => value === 0 || value === '0' || value === '' || value === false;

const isObject = (value: unknown): value is MessageJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
