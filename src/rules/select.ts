import {
  inboundAddress,
  isBuiltinGateway,
  isIgnored,
  matchesSelector,
  serviceTag,
  type Dataplane,
} from '../model/dataplane.js';
import type { MeshGateway } from '../model/gateway.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import type { TargetRef, TargetRefKind } from '../model/target-ref.js';
import { resourceOf, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { listenerTags, selectGateway } from './select-gateway.js';

/** A listener of a proxy that takes connections from the mesh; policies with `from` apply to each by itself. */
export interface InboundListener {
  readonly address: string;
  readonly port: number;
}

/** How the rules room reads a kind of targetRef policy; stated once per policy. */
export interface PolicyReader<Spec = unknown> {
  readonly type: string;
  readonly topTargetRef: (spec: Spec) => TargetRef;
  readonly gatewayTags?: GatewayTags;
}

/**
 * With what the tags of a targetRef to a MeshGateway are compared: the listener's own tags (Kuma 2.5), or all that stand
 * for it, those of the Dataplane and of the MeshGateway too.
 */
export type GatewayTags = 'own' | 'all';

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

/** A proxy as top-level targetRefs see it. */
export interface Target {
  readonly snapshot: MeshSnapshot;
  readonly dataplane: Dataplane;
  /** The MeshGateway whose listeners the proxy has. */
  readonly gateway: MeshGateway | undefined;
}

/** The proxy of a Dataplane. Sidecars whose tags a MeshGateway selects have its listeners too (Kuma 2.5). */
export const targetOf = (snapshot: MeshSnapshot, dataplane: Dataplane): Target => ({
  snapshot,
  dataplane,
  gateway: selectGateway(snapshot, dataplane),
});

/** The proxy as lists of affected Dataplanes see it: only builtin gateways have the listeners of a MeshGateway. */
export const affectedTargetOf = (snapshot: MeshSnapshot, dataplane: Dataplane): Target =>
  isBuiltinGateway(dataplane.spec) ? targetOf(snapshot, dataplane) : { snapshot, dataplane, gateway: undefined };

/**
 * The policies of one type that reach a proxy, in the order in which they are merged: by kind of the top-level
 * targetRef, then by name. A proxy is reached exactly if one of its inbound listeners is.
 */
export function matchPolicies(target: Target, { type, topTargetRef, gatewayTags }: PolicyReader): readonly Matched[] {
  return resourcesOf(target.snapshot, type)
    .map((policy) => ({ policy, ref: topTargetRef(policy.spec) }))
    .map(({ policy, ref }) => ({ policy, ref, listeners: selectListeners(target, ref, gatewayTags) }))
    .filter(({ listeners }) => listeners.length > 0)
    .sort((a, b) => kindOrder[a.ref.kind] - kindOrder[b.ref.kind] || compareBytes(a.policy.name, b.policy.name))
    .map(({ policy, listeners }) => ({ policy, listeners }));
}

/** The inbound listeners of a proxy that a top-level targetRef selects; all tags must be of one listener. */
export function selectListeners(
  target: Target,
  ref: TargetRef,
  gatewayTags: GatewayTags = 'own',
): readonly InboundListener[] {
  switch (ref.kind) {
    case 'Mesh':
      return selectByTags(target, {});
    case 'MeshSubset':
      return selectByTags(target, ref.tags ?? {});
    case 'MeshService':
      return selectByTags(target, { [serviceTag]: ref.name ?? '' });
    case 'MeshServiceSubset':
      return selectByTags(target, { [serviceTag]: ref.name ?? '', ...ref.tags });
    case 'MeshGateway':
      return selectOfGateway(target, ref, gatewayTags);
    case 'MeshHTTPRoute': {
      const route = resourceOf(target.snapshot, 'MeshHTTPRoute', ref.name ?? '');
      // a route targets no route, so that this ends
      return route === undefined
        ? []
        : selectListeners(target, (route.spec as { readonly targetRef: TargetRef }).targetRef);
    }
  }
}

function selectByTags({ dataplane, gateway }: Target, selector: Tags): InboundListener[] {
  const inbounds = (dataplane.spec.networking?.inbound ?? [])
    .filter((inbound) => !isIgnored(inbound) && matchesSelector(inbound.tags ?? {}, selector))
    .map((inbound) => ({ address: inboundAddress(dataplane.spec, inbound), port: inbound.port }));
  if (gateway === undefined) return inbounds;
  const listeners = (gateway.spec.conf?.listeners ?? [])
    .filter((listener) => matchesSelector(listenerTags(dataplane, gateway.spec, listener), selector))
    .map((listener) => gatewayListener(dataplane, listener.port));
  return [...inbounds, ...listeners];
}

function selectOfGateway({ dataplane, gateway }: Target, ref: TargetRef, gatewayTags: GatewayTags): InboundListener[] {
  if (gateway?.name !== ref.name || gateway === undefined || !isBuiltinGateway(dataplane.spec)) return [];
  return (gateway.spec.conf?.listeners ?? [])
    .filter((listener) => {
      const tags = gatewayTags === 'own' ? listener.tags : listenerTags(dataplane, gateway.spec, listener);
      return matchesSelector(tags ?? {}, ref.tags ?? {});
    })
    .map(({ port }) => gatewayListener(dataplane, port));
}

const gatewayListener = (dataplane: Dataplane, port: number | undefined): InboundListener => ({
  address: dataplane.spec.networking?.address ?? '',
  port: port ?? 0,
});
