import { describeDropped } from '../admission/describe-dropped.js';
import { findWarnings } from '../explain/warnings/find-warnings.js';
import type { DroppedField } from '../model/dropped-field.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { resourceOf } from '../snapshot/mesh-snapshot.js';
import type { ApiContext } from './api-context.js';

const maxWarnings = 10;
const maxLength = 200;
/** Classes of proxies that a PUT looks at before it is answered; in larger meshes it says what holds of the first. */
const maxClasses = 200;

/** `Warning` headers (RFC 7234, 5.5) that name the fields of a body that were left out; the last says how many more. */
export function warnOfDropped(dropped: readonly DroppedField[]): readonly string[] {
  const isTooMany = dropped.length > maxWarnings;
  const named = isTooMany ? dropped.slice(0, maxWarnings - 1) : dropped;
  const texts = named.map((field) => `${field.path}: ${describeDropped(field)}`);
  return [...texts, ...(isTooMany ? [`${dropped.length - named.length} more unknown fields`] : [])].map(
    (text) => `299 skein "${quote(text)}"`,
  );
}

/** What may stand in a quoted text of a header: names come from clients. */
const quote = (text: string): string =>
  (text.length <= maxLength ? text : `${text.slice(0, maxLength - 3)}...`)
    .replaceAll(/[^ -~]/g, '?')
    .replaceAll(/["\\]/g, '\\$&');

/** The `Link` header (RFC 8288) of a stored policy about which something can be said; undefined without any doubt. */
export function linkWarnings({ world, policies }: ApiContext, kind: Kind, key: ResourceKey): string | undefined {
  const policy = [...policies.targetRef, ...policies.legacy].find((each) => each.kind.type === kind.type);
  if (policy === undefined) return undefined;
  const snapshot = world().meshes.get(key.mesh);
  const resource = snapshot && resourceOf(snapshot, key.type, key.name);
  if (snapshot === undefined || resource === undefined) return undefined;
  if (findWarnings(snapshot, policy, resource, policies, maxClasses).next().done === true) return undefined;
  return `<${['', 'meshes', key.mesh, kind.path, key.name, '_warnings'].map(encodeURIComponent).join('/')}>; rel="describedby"`;
}
