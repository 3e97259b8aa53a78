import type { Kind } from '../model/kind.js';
import type { ResourceMeta } from '../model/resource.js';
import type { StoredResource } from '../store/store.js';

/** JSON as Kuma prints it: indented by one space, with a newline at the end. */
export const renderJson = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

// JSON texts hold no raw line feeds, so that indenting is a matter of lines
const indent = (json: string, by: string): string => json.replaceAll('\n', `\n${by}`);

/** The lines of an object's fields, without its braces; empty for an empty object. */
const fieldsOf = (json: string): string => (json === '{}' ? '' : json.slice(2, -2));

const joinFields = (...parts: readonly string[]): string => `{\n${parts.filter((part) => part !== '').join(',\n')}\n}`;

const showMeta = (type: string, kind: Kind, meta: ResourceMeta): string =>
  [
    ` "type": ${JSON.stringify(type)}`,
    ...(kind.scope === 'mesh' ? [` "mesh": ${JSON.stringify(meta.mesh)}`] : []),
    ` "name": ${JSON.stringify(meta.name)}`,
    ` "creationTime": ${JSON.stringify(meta.creationTime)}`,
    ` "modificationTime": ${JSON.stringify(meta.modificationTime)}`,
  ].join(',\n');

/** A resource as `GET` answers it, without the final newline. The spec's text is used as it is stored. */
export const renderResource = (kind: Kind, resource: StoredResource): string =>
  joinFields(
    showMeta(kind.type, kind, resource),
    kind.form === 'nested' ? ` "spec": ${indent(resource.spec, ' ')}` : fieldsOf(resource.spec),
  );

/** A page of a list. */
export function renderList(items: readonly string[], total: number, next: string | null): string {
  // all at once: the items are joined of parts, which each pass over one of them would have to copy
  const list = items.length === 0 ? '[]' : `[\n  ${indent(items.join(',\n'), '  ')}\n ]`;
  return `{\n "total": ${total},\n "items": ${list},\n "next": ${JSON.stringify(next)}\n}\n`;
}

/** The resource in the form of a Kubernetes object; legacy kinds carry their mesh beside the metadata. */
export function renderKubernetes(kind: Kind, resource: StoredResource, namespace: string): string {
  const { name, mesh, creationTime } = resource;
  return renderJson({
    kind: kind.type,
    apiVersion: 'kuma.io/v1alpha1',
    metadata: {
      name,
      ...(kind.kubernetesNamespaced ? { namespace } : {}),
      creationTimestamp: creationTime.replace(/\.\d+Z$/, 'Z'),
      ...(kind.form === 'nested' ? { labels: { 'kuma.io/mesh': mesh } } : {}),
    },
    ...(kind.form === 'flat' && kind.scope === 'mesh' ? { mesh } : {}),
    [kind.kubernetesPart ?? 'spec']: JSON.parse(resource.spec) as unknown,
  });
}

/** Type of a kind's overviews, and the keys under which they hold the spec and the insight. */
export function overviewOf(kind: Kind): { readonly type: string; readonly part: string; readonly insightPart: string } {
  const part = `${kind.type.charAt(0).toLowerCase()}${kind.type.slice(1)}`;
  return { type: `${kind.type}Overview`, part, insightPart: `${part}Insight` };
}

/** A resource with what is known of what it stands for, without the final newline; `insight` is a spec's text. */
export function renderOverview(kind: Kind, resource: StoredResource, insight: string | undefined): string {
  const { type, part, insightPart } = overviewOf(kind);
  return joinFields(
    showMeta(type, kind, resource),
    ` ${JSON.stringify(part)}: ${indent(resource.spec, ' ')}`,
    insight === undefined ? '' : ` ${JSON.stringify(insightPart)}: ${indent(insight, ' ')}`,
  );
}
