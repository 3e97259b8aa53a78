import { createHash } from 'node:crypto';

import type { Dataplane } from '../../model/dataplane.js';
import { rememberByIdentity } from '../../lib/remember.js';
import { compareBytes } from '../../model/resource.js';
import { deriveOnce } from '../../snapshot/mesh-snapshot.js';

/**
 * Dataplanes that no policy tells apart: they differ in their own addresses alone. What is asked of one of them is
 * answered for all, so that questions cost as much as a mesh has kinds of proxies, and not as much as it has proxies.
 */
export interface ProxyClass {
  /** The first by name, which stands for all. */
  readonly dataplane: Dataplane;
  /** In no particular order. */
  readonly names: readonly string[];
}

/** All proxies of a mesh; classes come in the order of their first names. */
export const proxyClassesOf = deriveOnce('Dataplane', (resources): readonly ProxyClass[] => {
  const classes = new Map<string, { dataplane: Dataplane; readonly names: string[] }>();
  for (const dataplane of resources.values() as Iterable<Dataplane>) {
    const key = classKey(dataplane);
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { dataplane, names: [dataplane.name] });
    else {
      known.names.push(dataplane.name);
      if (compareBytes(dataplane.name, known.dataplane.name) < 0) known.dataplane = dataplane;
    }
  }
  return [...classes.values()].sort((a, b) => compareBytes(a.dataplane.name, b.dataplane.name));
});

/** Equal for proxies of one class; worked out once for each Dataplane, as most stay when one changes. */
const classKey = rememberByIdentity(({ spec }: Dataplane): string => {
  const { networking, ...rest } = spec;
  // an address that an inbound shares with its proxy is as much the proxy's own
  const inbound = (networking?.inbound ?? []).map((each) =>
    each.address === networking?.address ? { ...each, address: undefined } : each,
  );
  const shared = { ...networking, inbound, address: undefined, advertisedAddress: undefined };
  return createHash('sha256')
    .update(JSON.stringify([rest, shared]))
    .digest('base64');
});

/** The names of all members, bytewise. */
export const namesOf = (classes: readonly ProxyClass[]): readonly string[] =>
  classes.flatMap(({ names }) => names).sort(compareBytes);
