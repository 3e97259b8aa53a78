import { rememberByIdentity } from '../../lib/remember.js';
import { serviceTag, tagOf } from '../../model/dataplane.js';
import type { Resource, Tags } from '../../model/resource.js';
import type { Policies } from '../../pipeline/match-proxy.js';
import type { LegacySpec } from '../../rules/legacy-selection.js';
import { openServices } from '../../rules/open-services.js';
import { deriveOnce, resourcesByName, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { proxyClassesOf, type ProxyClass } from './proxy-class.js';
import { findReferences } from './references.js';

/** The proxies that have an outbound for a service. */
const consumersByService = rememberByIdentity((classes: readonly ProxyClass[]) => {
  const consumers = new Map<string, ProxyClass[]>();
  for (const each of classes) {
    const outbounds = each.dataplane.spec.networking?.outbound ?? [];
    for (const service of new Set(outbounds.map(({ tags }) => tagOf(tags, serviceTag)))) {
      const known = consumers.get(service);
      if (known === undefined) consumers.set(service, [each]);
      else known.push(each);
    }
  }
  return consumers;
});

/** The proxies that have an outbound for a service, by name. */
export const consumersOf = (snapshot: MeshSnapshot, service: string): readonly ProxyClass[] =>
  consumersByService(proxyClassesOf(snapshot)).get(service) ?? [];

/** Every service that an inbound or a gateway offers, ready or not. */
const offeredByDataplanes = rememberByIdentity((classes: readonly ProxyClass[]) => {
  const services = new Set<string>();
  for (const { networking } of classes.map(({ dataplane }) => dataplane.spec)) {
    for (const { tags } of networking?.inbound ?? []) services.add(tagOf(tags, serviceTag));
    if (networking?.gateway !== undefined) services.add(tagOf(networking.gateway.tags, serviceTag));
  }
  return services;
});

const offeredByExternalServices = deriveOnce(
  'ExternalService',
  (resources) =>
    new Set(
      [...(resources.values() as Iterable<Resource<{ readonly tags?: Tags }>>)].map(({ spec }) =>
        tagOf(spec.tags, serviceTag),
      ),
    ),
);

const isOpened = (snapshot: MeshSnapshot, service: string): boolean =>
  [...openServices(snapshot).values()].some((services) => services.has(service));

/** True when somebody offers the service, in the mesh or outside of it. */
export const isOffered = (snapshot: MeshSnapshot, service: string): boolean =>
  offeredByDataplanes(proxyClassesOf(snapshot)).has(service) ||
  offeredByExternalServices(snapshot).has(service) ||
  isOpened(snapshot, service);

/** True when the service is one outside of the mesh. */
export const isExternal = (snapshot: MeshSnapshot, service: string): boolean =>
  offeredByExternalServices(snapshot).has(service);

/** The destinations of all routes of a type that lead elsewhere, as clients name them. */
const namesRoutedBy = rememberByIdentity((routes: ReadonlyMap<string, Resource>) => {
  const names = new Set<string>();
  for (const { spec } of routes.values()) {
    const references = findReferences(spec);
    for (const { role, ref, field } of references) {
      const rules = field.replace(/targetRef$/, 'rules[');
      if (role === 'to' && references.some((other) => other.role === 'backend' && other.field.startsWith(rules)))
        names.add(ref.name ?? '');
    }
    for (const { match } of (spec as LegacySpec).destinations ?? []) names.add(tagOf(match, serviceTag));
  }
  return names;
});

/**
 * True of a service that need not be offered: clients ask for it by an outbound, and a route leads them to other services.
 */
export const isRoutedName = (snapshot: MeshSnapshot, policies: Policies, service: string): boolean =>
  consumersOf(snapshot, service).length > 0 &&
  [
    ...policies.targetRef.filter(({ routes }) => routes !== undefined),
    ...policies.legacy.filter((each) => each.destinations !== undefined),
  ].some(({ kind }) => namesRoutedBy(resourcesByName(snapshot, kind.type)).has(service));
