import { rememberByBoth, rememberByIdentity } from '../lib/remember.js';
import { protocolTag, tagOf } from '../model/dataplane.js';
import { compareEndpoints, type Endpoint } from '../model/endpoint.js';
import { foldProtocols, parseProtocol, type Protocol } from '../model/protocol.js';
import { commonProtocolOf, serviceOf, type MeshSnapshot, type Service } from '../snapshot/mesh-snapshot.js';
import type { ExternalEndpoint } from './cluster-plan.js';
import type { ExternalAccess } from './external-services.js';
import type { ProxyPlan } from './proxy-plan.js';

/** A service as one proxy sees it. */
export interface SeenService {
  /** What is sent apart from clusters: instances in the mesh, and zone egresses in the place of those outside of it. */
  readonly endpoints: readonly Endpoint[];
  /** Hosts outside of the mesh that the proxy reaches by itself. */
  readonly hosts: readonly ExternalEndpoint[];
  /** The instances are outside of the mesh; one in the mesh beside them counts only without hosts (Kuma 2.5). */
  readonly isExternal: boolean;
  /** What all of its endpoints have in common; undefined without any. */
  readonly common: Protocol | undefined;
  /** The same; `unknown` without any. */
  readonly protocol: Protocol;
}

/** What a proxy sees of a service; the very same value as long as neither its instances nor its outside changes. */
export function lookUpService(
  { externalServices }: Pick<ProxyPlan, 'externalServices'>,
  snapshot: MeshSnapshot,
  service: string,
): SeenService {
  const instances = serviceOf(snapshot, service);
  const external = externalServices.get(service);
  return external === undefined ? seeInstances(instances) : seeBoth(instances, external);
}

/** What all endpoints of a service have in common, as a proxy sees it; `unknown` without any. */
export const seenProtocol = (
  plan: Pick<ProxyPlan, 'externalServices'>,
  snapshot: MeshSnapshot,
  service: string,
): Protocol =>
  plan.externalServices.has(service)
    ? lookUpService(plan, snapshot, service).protocol
    : (commonProtocolOf(snapshot, service) ?? 'unknown');

const seeInstances = rememberByIdentity(({ endpoints, protocol }: Service): SeenService => {
  const common = endpoints.length === 0 ? undefined : protocol;
  return { endpoints, hosts: [], isExternal: false, common, protocol };
});

const seeBoth = rememberByBoth(({ endpoints: instances }: Service, external: ExternalAccess): SeenService => {
  const common = foldProtocols(
    [...instances, ...external.endpoints].map(({ tags }) => parseProtocol(tagOf(tags, protocolTag))),
  );
  switch (external.kind) {
    case 'direct':
      return { endpoints: instances, hosts: external.endpoints, isExternal: true, common, protocol: common };
    case 'egress': {
      const endpoints = [...instances, ...external.endpoints].sort(compareEndpoints);
      return { endpoints, hosts: [], isExternal: instances.length === 0, common, protocol: common };
    }
  }
});
