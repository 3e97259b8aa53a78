import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import type { MeshGateway } from '../model/gateway.js';
import { compareBytes, type Resource } from '../model/resource.js';

/** What a mesh opens to all others: its builtin gateways, at the listeners that are for other meshes. */
export interface OpenMesh {
  readonly mesh: Resource;
  /** All MeshGateways, by name: which of them describes a proxy does not depend on what it opens. */
  readonly gateways: readonly MeshGateway[];
  /** The proxies that are builtin gateways, by name. */
  readonly dataplanes: readonly Dataplane[];
}

export type OpenMeshes = ReadonlyMap<string, OpenMesh>;

/** The services that meshes open to each other, by the names of mesh and service. */
export type OpenServices = ReadonlyMap<string, ReadonlyMap<string, readonly Endpoint[]>>;

export const noOpenMeshes: OpenMeshes = new Map();

/** The part of a mesh on which its openness depends. */
export interface Openable {
  readonly mesh: Resource | undefined;
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, Resource>>;
}

/** What a mesh opens; undefined for most. It stays the same until something in it changes. */
export function openMesh({ mesh, resources }: Openable, before: OpenMesh | undefined): OpenMesh | undefined {
  const gateways = byName<MeshGateway>(resources.get('MeshGateway'));
  if (mesh === undefined || !gateways.some(isOpen)) return undefined;
  const dataplanes = byName<Dataplane>(resources.get('Dataplane'), ({ spec }) => isBuiltinGateway(spec));
  const isSame = before?.mesh === mesh && areSame(before.gateways, gateways) && areSame(before.dataplanes, dataplanes);
  return isSame ? before : { mesh, gateways, dataplanes };
}

const isOpen = ({ spec }: MeshGateway): boolean =>
  (spec.conf?.listeners ?? []).some(({ crossMesh }) => crossMesh === true);

const byName = <Kind extends Resource>(
  resources: ReadonlyMap<string, Resource> | undefined,
  isWanted: (resource: Kind) => boolean = () => true,
): readonly Kind[] =>
  ([...(resources?.values() ?? [])] as Kind[]).filter(isWanted).sort((a, b) => compareBytes(a.name, b.name));

const areSame = (before: readonly unknown[], after: readonly unknown[]): boolean =>
  before.length === after.length && before.every((each, i) => each === after[i]);
