import { validateTargetRef, type TargetRefKind } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { backendKinds } from '../backend-ref.js';
import type { MeshTCPRoute } from './schema.js';

/** Top-level kinds of Kuma 2.5, and MeshGateway, which the documentation of 2.5 promises and 2.6 brought. */
const topKinds: readonly TargetRefKind[] = ['Mesh', 'MeshSubset', 'MeshGateway', 'MeshService', 'MeshServiceSubset'];

/** The semantic pass. Under a MeshGateway `to` means all of its traffic, hence kind Mesh; elsewhere it names a service. */
export function validateMeshTCPRoute(spec: MeshTCPRoute): Violation[] {
  const toKinds: readonly TargetRefKind[] = spec.targetRef.kind === 'MeshGateway' ? ['Mesh'] : ['MeshService'];
  return [
    ...validateTargetRef('spec.targetRef', spec.targetRef, { kinds: topKinds, dottedGatewayNames: true }),
    ...(spec.to ?? []).flatMap((to, i) => [
      ...validateTargetRef(`spec.to[${i}].targetRef`, to.targetRef, { kinds: toKinds }),
      ...(to.rules ?? []).flatMap((rule, j) =>
        rule.default.backendRefs.flatMap((ref, k) =>
          validateTargetRef(`spec.to[${i}].rules[${j}].default.backendRefs[${k}]`, ref, { kinds: backendKinds }),
        ),
      ),
    ]),
  ];
}
