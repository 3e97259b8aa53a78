import { serviceTag, tagOf, type Dataplane } from '../../model/dataplane.js';
import type { Resource, Tags } from '../../model/resource.js';
import { openServices } from '../../rules/open-services.js';
import { deriveOnce, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';

const noNames: readonly string[] = [];

/** Names of the Dataplanes that have an outbound for a service, bytewise. */
const consumersByService = deriveOnce('Dataplane', (resources) => {
  const consumers = new Map<string, string[]>();
  for (const dataplane of resources.values() as Iterable<Dataplane>) {
    const services = new Set((dataplane.spec.networking?.outbound ?? []).map(({ tags }) => tagOf(tags, serviceTag)));
    for (const service of services) {
      const known = consumers.get(service);
      if (known === undefined) consumers.set(service, [dataplane.name]);
      else known.push(dataplane.name);
    }
  }
  for (const names of consumers.values()) names.sort();
  return consumers;
});

/** Names of the Dataplanes that have an outbound for a service. */
export const consumersOf = (snapshot: MeshSnapshot, service: string): readonly string[] =>
  consumersByService(snapshot).get(service) ?? noNames;

/** Every service that an inbound or a gateway offers, ready or not. */
const offeredByDataplanes = deriveOnce('Dataplane', (resources) => {
  const services = new Set<string>();
  for (const { spec } of resources.values() as Iterable<Dataplane>) {
    for (const { tags } of spec.networking?.inbound ?? []) services.add(tagOf(tags, serviceTag));
    if (spec.networking?.gateway !== undefined) services.add(tagOf(spec.networking.gateway.tags, serviceTag));
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
  offeredByDataplanes(snapshot).has(service) ||
  offeredByExternalServices(snapshot).has(service) ||
  isOpened(snapshot, service);

/** True when the service is one outside of the mesh. */
export const isExternal = (snapshot: MeshSnapshot, service: string): boolean =>
  offeredByExternalServices(snapshot).has(service);
