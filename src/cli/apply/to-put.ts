import { err, ok, type Result } from '../../lib/result.js';
import { suggest } from '../../lib/suggest.js';
import type { Kind } from '../../model/kind.js';

/** What is needed of a kind to send its documents. */
export type SendableKind = Pick<Kind, 'type' | 'path' | 'scope' | 'form'>;

/** A document as it is sent. */
export interface Put {
  /** Type and name for people: `MeshTCPRoute default/tcp-route-1`. */
  readonly label: string;
  readonly type: string;
  /** Path below the server's address. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** Makes the request of a document in Universal or in Kubernetes form. Without a mesh it is the mesh `default`. */
export function toPut(document: unknown, kinds: readonly SendableKind[]): Result<Put, string> {
  if (!isFields(document)) return err('a document must hold keys and values');
  if (fieldOf(document, 'type') === undefined && fieldOf(document, 'kind') === undefined) {
    return err('neither `type` (Universal form) nor `kind` (Kubernetes form) is given');
  }
  return fieldOf(document, 'type') === undefined ? fromKubernetes(document, kinds) : fromUniversal(document, kinds);
}

function fromUniversal(document: Fields, kinds: readonly SendableKind[]): Result<Put, string> {
  const kind = findKind(fieldOf(document, 'type'), kinds);
  if (!kind.ok) return kind;
  const name = fieldOf(document, 'name');
  if (!isName(name)) return err(missing('name'));
  const mesh = fieldOf(document, 'mesh') ?? 'default';
  if (!isName(mesh)) return err(missing('mesh'));
  return ok(makePut(kind.value, mesh, name, kind.value.scope === 'mesh' ? { ...document, mesh } : document));
}

function fromKubernetes(document: Fields, kinds: readonly SendableKind[]): Result<Put, string> {
  const apiVersion = fieldOf(document, 'apiVersion');
  if (apiVersion !== 'kuma.io/v1alpha1')
    return err(`apiVersion: must be kuma.io/v1alpha1, is ${JSON.stringify(apiVersion)}`);
  const kind = findKind(fieldOf(document, 'kind'), kinds);
  if (!kind.ok) return kind;
  const metadata = fieldsOf(document, 'metadata');
  const name = fieldOf(metadata, 'name');
  if (!isName(name)) return err(missing('metadata.name'));
  // policies name their mesh in a label, the older kinds in a field of the document
  const mesh = fieldOf(fieldsOf(metadata, 'labels'), 'kuma.io/mesh') ?? fieldOf(document, 'mesh') ?? 'default';
  if (!isName(mesh)) return err(missing('metadata.labels["kuma.io/mesh"]'));
  const { type, scope, form } = kind.value;
  const spec = fieldOf(document, 'spec');
  if (form === 'flat' && spec !== undefined && !isFields(spec)) return err('spec: must hold keys and values');
  const meta = { type, name, ...(scope === 'mesh' ? { mesh } : {}) };
  const body =
    form === 'flat'
      ? { ...(isFields(spec) ? spec : {}), ...meta }
      : { ...meta, ...(spec === undefined ? {} : { spec }) };
  return ok(makePut(kind.value, mesh, name, body));
}

function makePut({ type, path, scope }: SendableKind, mesh: string, name: string, body: Fields): Put {
  const item = `${path}/${encodeURIComponent(name)}`;
  return scope === 'mesh'
    ? { label: `${type} ${mesh}/${name}`, type, path: `/meshes/${encodeURIComponent(mesh)}/${item}`, body }
    : { label: `${type} ${name}`, type, path: `/${item}`, body };
}

function findKind(type: unknown, kinds: readonly SendableKind[]): Result<SendableKind, string> {
  const kind = kinds.find((each) => each.type === type);
  if (kind !== undefined) return ok(kind);
  const known = kinds.map((each) => each.type).sort();
  const meant = typeof type === 'string' ? suggest(type, known) : undefined;
  return err(
    `unknown type ${JSON.stringify(type)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}; known types: ${known.join(', ')}`,
  );
}

const missing = (field: string): string => `${field}: must be a text that is not empty`;

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field of a document; null counts as absent. */
const fieldOf = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;

function fieldsOf(fields: Fields, name: string): Fields {
  const value = fieldOf(fields, name);
  return isFields(value) ? value : {};
}
