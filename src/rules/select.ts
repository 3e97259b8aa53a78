import { inboundAddress, isIgnored, matchesSelector, serviceTag, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import type { TargetRef, TargetRefKind } from '../model/target-ref.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** A listener of a proxy that takes connections from the mesh; policies with `from` apply to each by itself. */
export interface InboundListener {
  readonly address: string;
  readonly port: number;
}

/** How the rules room reads a kind of targetRef policy; stated once per policy. */
export interface PolicyReader<Spec = unknown> {
  readonly type: string;
  readonly topTargetRef: (spec: Spec) => TargetRef;
}

/** A policy that reaches a proxy, and the listeners on which it does. */
export interface Matched {
  readonly policy: Resource;
  readonly listeners: readonly InboundListener[];
}

/** Kinds from general to specific: what is more specific is merged later and so wins. */
const kindOrder: Readonly<Record<TargetRefKind, number>> = {
  Mesh: 1,
  MeshSubset: 2,
  MeshGateway: 3,
  MeshService: 4,
  MeshServiceSubset: 5,
  MeshHTTPRoute: 6,
};

/**
 * The policies of one type that reach a Dataplane, in the order in which they are merged: by kind of the top-level
 * targetRef, then by name. A Dataplane is reached exactly if one of its inbound listeners is.
 */
export function matchPolicies(snapshot: MeshSnapshot, dataplane: Dataplane, reader: PolicyReader): readonly Matched[] {
  return resourcesOf(snapshot, reader.type)
    .map((policy) => ({ policy, ref: reader.topTargetRef(policy.spec) }))
    .map(({ policy, ref }) => ({ policy, ref, listeners: selectListeners(dataplane, ref) }))
    .filter(({ listeners }) => listeners.length > 0)
    .sort((a, b) => kindOrder[a.ref.kind] - kindOrder[b.ref.kind] || compareBytes(a.policy.name, b.policy.name))
    .map(({ policy, listeners }) => ({ policy, listeners }));
}

/** The inbound listeners of a Dataplane that a top-level targetRef selects; both tags and service must be of one inbound. */
export function selectListeners(dataplane: Dataplane, ref: TargetRef): readonly InboundListener[] {
  const selector = selectorOf(ref);
  if (selector === undefined) return [];
  return (dataplane.spec.networking?.inbound ?? [])
    .filter((inbound) => !isIgnored(inbound) && matchesSelector(inbound.tags, selector))
    .map((inbound) => ({ address: inboundAddress(dataplane.spec, inbound), port: inbound.port }));
}

function selectorOf(ref: TargetRef): Tags | undefined {
  switch (ref.kind) {
    case 'Mesh':
      return {};
    case 'MeshSubset':
      return ref.tags ?? {};
    case 'MeshService':
      return { [serviceTag]: ref.name ?? '' };
    case 'MeshServiceSubset':
      return { [serviceTag]: ref.name ?? '', ...ref.tags };
    // listeners of builtin gateways, and routes, are no inbounds
    case 'MeshGateway':
    case 'MeshHTTPRoute':
      return undefined;
  }
}
