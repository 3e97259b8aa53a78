import { isRecord } from '../lib/json-text.js';
import type { DroppedField } from '../model/dropped-field.js';
import type { SchemaNode } from './schema-node.js';

/** True for a field that is unknown only because some letters of its name are of the other case. */
export const isOtherCase = ({ name, siblings }: DroppedField): boolean =>
  siblings.some((sibling) => sibling.toLowerCase() === name.toLowerCase());

/** A document with its keys spelt as in the schema. Of several spellings of one key the last counts; maps stay as they are. */
export function foldKeys(schema: SchemaNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => foldKeys(schema.items ?? {}, each));
  const { properties } = schema;
  if (properties === undefined || !isRecord(value)) return value;
  const spellings = new Map(Object.entries(properties).map(([name, of]) => [name.toLowerCase(), { name, of }]));
  const folded: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const known = spellings.get(key.toLowerCase());
    folded[known?.name ?? key] = known === undefined ? each : foldKeys(known.of, each);
  }
  return folded;
}
