import { isEqualJson } from '../lib/is-equal.js';
import { rememberByBoth } from '../lib/remember.js';
import { protocolTag, tagOf } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import { foldProtocols, parseProtocol, type Protocol } from '../model/protocol.js';
import { commonProtocolOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import type { ExternalEndpoint } from './cluster-plan.js';
import type { ExternalAccess } from './external-services.js';
import type { ProxyPlan } from './proxy-plan.js';

/** A service as one proxy sees it. */
export interface SeenService {
  /** Zone egresses in the place of instances outside of the mesh. */
  readonly others: readonly Endpoint[];
  /** Hosts outside of the mesh that the proxy reaches by itself. */
  readonly hosts: readonly ExternalEndpoint[];
  /** The instances are outside of the mesh; one in the mesh beside them counts only without hosts (Kuma 2.5). */
  readonly isExternal: boolean;
  /** What all of its endpoints have in common; undefined without any. */
  readonly common: Protocol | undefined;
  /** The same; `unknown` without any. */
  readonly protocol: Protocol;
}

/** What a proxy sees of a service; the very same value as long as instances that come and go change nothing of it. */
export function lookUpService(
  { externalServices }: Pick<ProxyPlan, 'externalServices'>,
  snapshot: MeshSnapshot,
  service: string,
): SeenService {
  const instances = seeInstances(snapshot, service);
  const external = externalServices.get(service);
  return external === undefined ? instances : seeBoth(instances, external);
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

const seeInstances = derive({
  keyOf: (service: string) => service,
  answer: (snapshot, service): SeenService => {
    const common = commonProtocolOf(snapshot, service);
    return { others: [], hosts: [], isExternal: false, common, protocol: common ?? 'unknown' };
  },
  settle: (before, after) => (isEqualJson(before, after) ? before : after),
});

const seeBoth = rememberByBoth(({ common: instances }: SeenService, external: ExternalAccess): SeenService => {
  const outside = external.endpoints.map(({ tags }) => parseProtocol(tagOf(tags, protocolTag)));
  const common = foldProtocols(instances === undefined ? outside : [instances, ...outside]);
  switch (external.kind) {
    case 'direct':
      return { others: [], hosts: external.endpoints, isExternal: true, common, protocol: common };
    case 'egress':
      return {
        others: external.endpoints,
        hosts: [],
        isExternal: instances === undefined,
        common,
        protocol: common,
      };
  }
});
