import { rememberByBoth, rememberByIdentity, rememberTexts, type TextMemo } from '../lib/remember.js';
import { matchesSelector, serviceTag, tagOf } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import { compareEndpoints, type Endpoint } from '../model/endpoint.js';
import { serviceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ClusterSource } from './cluster-plan.js';

/** The endpoints of a service that hold all of the tags, in the order of the snapshot. */
export const selectEndpoints = (snapshot: MeshSnapshot, tags: Tags): readonly Endpoint[] =>
  select(serviceOf(snapshot, tagOf(tags, serviceTag)).endpoints, tags);

/**
 * What a cluster leads to at the moment, as far as that is sent apart from it, else undefined; the very same list as
 * long as it is made of the same.
 */
export function listEndpoints(snapshot: MeshSnapshot, source: ClusterSource): readonly Endpoint[] | undefined {
  switch (source.kind) {
    case 'instances': {
      const { endpoints } = serviceOf(snapshot, source.service);
      return select(source.others.length === 0 ? endpoints : join(endpoints, source.others), source.tags);
    }
    case 'open':
      return source.endpoints;
    case 'external':
    case 'address':
    case 'host':
    case 'pipe':
    case 'original-destination':
      return undefined;
  }
}

const join = rememberByBoth((endpoints: readonly Endpoint[], others: readonly Endpoint[]): readonly Endpoint[] =>
  [...endpoints, ...others].sort(compareEndpoints),
);

/** The whole service is shared by identity. */
const select = (endpoints: readonly Endpoint[], tags: Tags): readonly Endpoint[] =>
  Object.keys(tags).length <= 1
    ? endpoints
    : subsetsOf(endpoints)(JSON.stringify(tags), () => endpoints.filter((each) => matchesSelector(each.tags, tags)));

const subsetsOf = rememberByIdentity<readonly Endpoint[], TextMemo<readonly Endpoint[]>>(() =>
  rememberTexts<readonly Endpoint[]>(),
);
