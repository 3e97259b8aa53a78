import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { describeMesh } from '../proxies/mesh-insight.js';
import { describeService, servicesOf } from '../proxies/service-insight.js';
import { meshOf, revisionOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { existingMeshes } from '../snapshot/world.js';
import type { ListQuery, Page, StoredResource } from '../store/store.js';
import type { ApiContext } from './api-context.js';
import { renderSpec } from '../store/spec-text.js';

/** Where the resources of a kind are read: the store, or the snapshots for what is worked out when it is asked for. */
export interface ResourceSource {
  get(key: ResourceKey): Promise<StoredResource | undefined>;
  list(query: ListQuery): Promise<Page>;
  /** Title of a refusal of `size` and `offset`. */
  readonly pagingTitle: string;
}

/** The source of a kind. */
export function sourceOf({ type }: Kind, context: ApiContext): ResourceSource {
  switch (type) {
    case 'MeshInsight':
      return meshInsights(context);
    case 'ServiceInsight':
      return serviceInsights(context);
    default:
      return {
        get: (key) => context.store.get(key),
        list: (query) => context.store.list(query),
        pagingTitle: 'Could not retrieve resources',
      };
  }
}

/** A MeshInsight has the name, the times and the revision of its mesh. */
function meshInsights({ world, kinds }: ApiContext): ResourceSource {
  const derive = (mesh: MeshSnapshot): StoredResource => ({
    ...metaOf(mesh),
    type: 'MeshInsight',
    mesh: '',
    name: mesh.name,
    spec: renderSpec(describeMesh(mesh, kinds)),
  });
  return {
    get: ({ name }) => Promise.resolve(meshesNamed(world, name).map(derive)[0]),
    list: ({ name = '', order, offset, limit }) => {
      const meshes = existingMeshes(world()).filter((mesh) => mesh.name.includes(name));
      const ordered = order === 'name' ? meshes : [...meshes].sort(byCreation);
      return Promise.resolve(cutPage(ordered, offset, limit, derive));
    },
    pagingTitle: 'Could not retrieve resources',
  };
}

const byCreation = (a: MeshSnapshot, b: MeshSnapshot): number =>
  (meshOf(a)?.creationRevision ?? 0) - (meshOf(b)?.creationRevision ?? 0);

/** A service has an insight in every mesh that exists, also when nobody offers it (Kuma 2.5); lists hold those offered. */
function serviceInsights({ world }: ApiContext): ResourceSource {
  const derive = ({ mesh, name }: { readonly mesh: MeshSnapshot; readonly name: string }): StoredResource => ({
    ...metaOf(mesh),
    type: 'ServiceInsight',
    mesh: mesh.name,
    name,
    spec: renderSpec(describeService(mesh, name)),
  });
  return {
    get: ({ mesh, name }) => Promise.resolve(meshesNamed(world, mesh).map((each) => derive({ mesh: each, name }))[0]),
    list: ({ mesh, name = '', offset, limit }) => {
      const services = (mesh === undefined ? existingMeshes(world()) : meshesNamed(world, mesh)).flatMap((each) =>
        [...servicesOf(each).keys()]
          .filter((service) => service.includes(name))
          .map((service) => ({ mesh: each, name: service })),
      );
      return Promise.resolve(cutPage(services, offset, limit, derive));
    },
    pagingTitle: 'Could not paginate resources',
  };
}

/** The mesh, if it exists. */
function meshesNamed(world: ApiContext['world'], name: string): readonly MeshSnapshot[] {
  const mesh = world().meshes.get(name);
  return mesh === undefined || meshOf(mesh) === undefined ? [] : [mesh];
}

const metaOf = (snapshot: MeshSnapshot) => ({
  creationTime: meshOf(snapshot)?.creationTime ?? '',
  modificationTime: meshOf(snapshot)?.modificationTime ?? '',
  creationRevision: meshOf(snapshot)?.creationRevision ?? 0,
  revision: revisionOf(snapshot),
  unknownFields: '[]',
});

const cutPage = <Item>(
  all: readonly Item[],
  offset: number,
  limit: number | undefined,
  derive: (item: Item) => StoredResource,
): Page => ({
  items: all.slice(offset, limit === undefined ? undefined : offset + limit).map(derive),
  total: all.length,
});
