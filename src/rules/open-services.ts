import { rememberByIdentity } from '../lib/remember.js';
import { serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import { compareEndpoints, type Endpoint } from '../model/endpoint.js';
import { openMeshesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { OpenMesh, OpenMeshes, OpenServices } from '../snapshot/open-mesh.js';
import { matcherOf, selectForProxy } from './legacy-selection.js';
import { listenerTags } from './select-gateway.js';

/** The listeners of builtin gateways that are for other meshes, each an endpoint of the gateway's service. */
export const openServices = (snapshot: MeshSnapshot): OpenServices => servicesByMesh(openMeshesOf(snapshot));

const servicesByMesh = rememberByIdentity(
  (openMeshes: OpenMeshes): OpenServices => new Map([...openMeshes].map(([name, open]) => [name, servicesOf(open)])),
);

function servicesOf(open: OpenMesh): ReadonlyMap<string, readonly Endpoint[]> {
  const services = new Map<string, Endpoint[]>();
  for (const dataplane of open.dataplanes) {
    const service = tagOf(dataplane.spec.networking?.gateway?.tags, serviceTag);
    services.set(service, [...(services.get(service) ?? []), ...endpointsOf(open, dataplane)]);
  }
  for (const endpoints of services.values()) endpoints.sort(compareEndpoints);
  return services;
}

function endpointsOf({ gateways }: OpenMesh, dataplane: Dataplane): Endpoint[] {
  const gateway = selectForProxy(gateways, matcherOf(dataplane));
  return (gateway?.spec.conf?.listeners ?? [])
    .filter(({ crossMesh }) => crossMesh === true)
    .map((listener) => ({
      dataplane: dataplane.name,
      address: dataplane.spec.networking?.address ?? '',
      port: listener.port ?? 0,
      tags: gateway === undefined ? {} : listenerTags(dataplane, gateway.spec, listener),
    }));
}
