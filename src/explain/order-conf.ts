import type { SchemaNode } from '../admission/schema-node.js';
import type { Kind } from '../model/kind.js';

/** The section of a policy that a conf comes from. */
type SectionName = 'to' | 'from' | 'single';

/** A conf that was merged of several, with its fields in the order of the schema, as Kuma shows it. */
export function orderConf(kind: Pick<Kind, 'schema'>, section: SectionName, conf: unknown): unknown {
  const spec: SchemaNode = kind.schema;
  const { properties } = section === 'single' ? spec : (spec.properties?.[section]?.items ?? {});
  return orderFields(properties?.['default'], conf);
}

/** Lists are never merged, so they are in order. */
function orderFields(schema: SchemaNode | undefined, value: unknown): unknown {
  const properties = schema?.properties;
  if (properties === undefined || !isRecord(value)) return value;
  const known = Object.keys(properties).filter((name) => Object.hasOwn(value, name));
  const rest = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  return Object.fromEntries([...known, ...rest].map((name) => [name, orderFields(properties[name], value[name])]));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
