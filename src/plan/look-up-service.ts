import { protocolTag, tagOf } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import { foldProtocols, parseProtocol, type Protocol } from '../model/protocol.js';
import { compareBytes } from '../model/resource.js';
import { serviceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ExternalEndpoint } from './cluster-plan.js';
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

/** What a proxy sees of a service. */
export function lookUpService(
  { externalServices }: Pick<ProxyPlan, 'externalServices'>,
  snapshot: MeshSnapshot,
  service: string,
): SeenService {
  const { endpoints: instances, protocol } = serviceOf(snapshot, service);
  const external = externalServices.get(service);
  if (external === undefined) {
    const common = instances.length === 0 ? undefined : protocol;
    return { endpoints: instances, hosts: [], isExternal: false, common, protocol };
  }
  const common = foldProtocols(
    [...instances, ...external.endpoints].map(({ tags }) => parseProtocol(tagOf(tags, protocolTag))),
  );
  switch (external.kind) {
    case 'direct':
      return { endpoints: instances, hosts: external.endpoints, isExternal: true, common, protocol: common };
    case 'egress': {
      const endpoints = [...instances, ...external.endpoints].sort(
        (a, b) => compareBytes(a.address, b.address) || a.port - b.port,
      );
      return { endpoints, hosts: [], isExternal: instances.length === 0, common, protocol: common };
    }
  }
}
