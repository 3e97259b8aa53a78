import type { Facets, ResourceKey } from '../../model/resource.js';
import type { Rows } from '../carry-out.js';
import type { StoredResource } from '../store.js';
import type { Connection } from './database.js';

/** Columns of `resources` under the names of `StoredResource`. */
export const resourceColumns = `r.type, r.mesh, r.name, r.creation_time AS creationTime, r.modification_time AS modificationTime,
  r.creation_revision AS creationRevision, r.revision,
  r.unknown_fields AS unknownFields, r.spec`;

/** Finds a resource by type, mesh and name. */
export const findSql = `SELECT ${resourceColumns} FROM resources AS r WHERE r.type = ? AND r.mesh = ? AND r.name = ?`;

type KeyParameters = [type: string, mesh: string, name: string];
type RowParameters = StoredResource & {
  readonly gateway: Facets['gateway'];
  readonly tagSets: string;
};

/** The tables `resources` and `counts` as the writer uses them, inside its transactions. */
export function openTable(database: Connection): Rows {
  const find = database.prepare<KeyParameters, StoredResource>(findSql);
  const count = database
    .prepare<[type: string, mesh: string], number>('SELECT total FROM counts WHERE type = ? AND mesh = ?')
    .pluck();
  const findNewer = database
    .prepare<[type: string, mesh: string, after: number], number>(
      'SELECT id FROM resources WHERE type = ? AND mesh = ? AND revision > ? LIMIT 1',
    )
    .pluck();
  // By way of the few types there are in the mesh: no index by owner has to be kept for the sake of a rare delete.
  const findOwned = database.prepare<[mesh: string], ResourceKey>(`SELECT r.type, r.mesh, r.name
    FROM counts AS c CROSS JOIN resources AS r ON r.type = c.type AND r.mesh = c.mesh
    WHERE c.mesh = ? AND r.owned_by_mesh = 1 ORDER BY r.type, r.name`);
  const insert = database.prepare<[RowParameters & { readonly ownedByMesh: 0 | 1 }]>(`INSERT INTO resources
    (type, mesh, name, creation_time, modification_time, creation_revision, revision, owned_by_mesh, gateway, tag_sets, unknown_fields, spec)
    VALUES (@type, @mesh, @name, @creationTime, @modificationTime, @creationRevision, @revision, @ownedByMesh, @gateway, @tagSets, @unknownFields, @spec)`);
  const update = database.prepare<
    [RowParameters]
  >(`UPDATE resources SET modification_time = @modificationTime, revision = @revision,
    gateway = @gateway, tag_sets = @tagSets, unknown_fields = @unknownFields, spec = @spec
    WHERE type = @type AND mesh = @mesh AND name = @name`);
  const remove = database.prepare<KeyParameters>('DELETE FROM resources WHERE type = ? AND mesh = ? AND name = ?');
  const countUp = database.prepare<[type: string, mesh: string]>(
    'INSERT INTO counts (type, mesh, total) VALUES (?, ?, 1) ON CONFLICT (type, mesh) DO UPDATE SET total = total + 1',
  );
  const countDown = database.prepare<[type: string, mesh: string]>(
    'UPDATE counts SET total = total - 1 WHERE type = ? AND mesh = ?',
  );
  const countGone = database.prepare<[type: string, mesh: string]>('DELETE FROM counts WHERE type = ? AND mesh = ?');

  const toRow = (resource: StoredResource, facets: Facets): RowParameters => ({
    ...resource,
    gateway: facets.gateway,
    tagSets: JSON.stringify(facets.tagSets),
  });

  return {
    find: ({ type, mesh, name }) => find.get(type, mesh, name),
    hasAny: (type, mesh, after) =>
      (after === 0 ? count.get(type, mesh) : findNewer.get(type, mesh, after)) !== undefined,
    findOwned: (mesh) => findOwned.all(mesh),
    insert(resource, facets, ownedByMesh) {
      insert.run({ ...toRow(resource, facets), ownedByMesh: ownedByMesh ? 1 : 0 });
      countUp.run(resource.type, resource.mesh);
    },
    update(resource, facets) {
      update.run(toRow(resource, facets));
    },
    remove({ type, mesh, name }) {
      remove.run(type, mesh, name);
      if (count.get(type, mesh) === 1) countGone.run(type, mesh);
      else countDown.run(type, mesh);
    },
  };
}
