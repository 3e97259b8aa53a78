/** A JSON schema as the generic readers of this room look at it: the keywords they interpret. */
export interface SchemaNode {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly 'x-read-back'?: 'omit-empty' | 'omit-empty-late' | 'always' | 'keep-null';
  readonly 'x-go-type'?: string;
}

/** True for Kubernetes' int-or-string, the only union in Kuma's schemas. */
export const isIntOrString = (schema: SchemaNode): boolean =>
  schema.anyOf?.length === 2 && schema.anyOf[0]?.type === 'integer' && schema.anyOf[1]?.type === 'string';
