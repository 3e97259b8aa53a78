import type { ResourceKey, Revision } from '../../model/resource.js';
import type { Change, Contents, Count, ListQuery, Page, StoredResource } from '../store.js';
import { type Connection, openForReading } from './database.js';
import { isFiltered, type ListSql, type PageWalk, selectFilteredIds, selectPageIds } from './list-sql.js';
import { PageAnchors } from './page-anchors.js';
import { ResourceCache } from './resource-cache.js';
import { findSql, resourceColumns } from './table.js';

/** Consecutive changes of the log, and how far it reached when they were read. */
export interface LogBite {
  readonly changes: readonly Change[];
  readonly revision: Revision;
}

type LogRow = ResourceKey & { readonly op: Change['op'] } & (
    | {
        readonly revision: Revision;
        readonly spec: string;
        readonly creationTime: string;
        readonly modificationTime: string;
        readonly creationRevision: Revision;
        readonly unknownFields: string;
      }
    | { readonly revision: Revision; readonly spec: null }
  );

/** Resources that are kept because they were read lately. */
const cachedResources = 2_000;

/** What OFFSET walks faster than an anchor is found and kept. */
const shortWalk = 1_000;

/**
 * The connection that reads what is committed; each function reads in one transaction. Blocks for as long as the read
 * takes. What it remembers of earlier reads follows the commits it is told of.
 */
export class Reader {
  readonly #database: Connection;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #lists = new Map<string, ReturnType<typeof prepareIds>>();
  readonly #inTransaction: <Value>(read: () => Value) => Value;
  readonly #cache = new ResourceCache(cachedResources);
  readonly #anchors: PageAnchors;

  constructor(path: string, busyTimeoutMs: number) {
    const database = openForReading(path, busyTimeoutMs);
    this.#database = database;
    this.#statements = prepareStatements(database);
    this.#inTransaction = (read) => database.transaction(read).deferred();
    this.#anchors = new PageAnchors(this.revision());
  }

  /** Every commit, in order, before its writers are answered. */
  follow(changes: readonly Change[]): void {
    this.#cache.follow(changes);
    this.#anchors.follow(changes);
  }

  get(key: ResourceKey): StoredResource | undefined {
    return this.#cache.get(key, () => this.#statements.find.get(key.type, key.mesh, key.name));
  }

  list(query: ListQuery): Page {
    return this.#inTransaction(() => {
      if (isFiltered(query)) {
        const { ids, total } = this.#findFiltered(query);
        return { items: this.#readItems(ids), total };
      }
      const walk = this.#planWalk(query);
      const ids = this.#selectIds(selectPageIds(query, walk));
      const items = this.#readItems(walk.reverse ? ids.reverse() : ids);
      this.#learnAnchor(query, items[0]);
      return { items, total: walk.total };
    });
  }

  counts(): readonly Count[] {
    return this.#statements.counts.all();
  }

  /** By creation revision. */
  readAll(): Contents {
    return this.#inTransaction(() => ({ revision: this.revision(), resources: this.#statements.all.all() }));
  }

  revision(): Revision {
    return this.#statements.state.get()?.revision ?? 0;
  }

  /** At most `limit` changes after a revision; `compacted` when the log does not hold all of them, or that revision was never reached. */
  readLog(after: Revision, limit: number): LogBite | 'compacted' {
    return this.#inTransaction(() => {
      const { revision, logFloor } = this.#statements.state.get() ?? { revision: 0, logFloor: 0 };
      if (after < logFloor || after > revision) return 'compacted';
      return { revision, changes: this.#statements.log.all(after, limit).map(toChange) };
    });
  }

  close(): void {
    this.#database.close();
  }

  #findFiltered(query: ListQuery): { readonly ids: readonly number[]; readonly total: number } {
    const all = this.#selectIds(selectFilteredIds(query));
    const end = query.limit === undefined ? undefined : query.offset + query.limit;
    return { ids: all.slice(query.offset, end), total: all.length };
  }

  /** OFFSET costs what it skips: the walk begins at the nearest of both ends and a page that was read before. */
  #planWalk(query: ListQuery): PageWalk & { readonly total: number } {
    const { type, mesh, offset } = query;
    const counted =
      mesh === undefined ? this.#statements.countOfType.get(type) : this.#statements.count.get(type, mesh);
    const total = counted ?? 0;
    const limit = Math.max(0, Math.min(query.limit ?? total, total - offset));
    const after = Math.max(0, total - offset - limit);
    if (Math.min(offset, after) > shortWalk && query.order === 'name') {
      const anchor = this.#anchors.find(query, this.revision());
      if (anchor !== undefined && offset - anchor.rank < Math.min(offset, after))
        return { reverse: false, from: anchor, offset: offset - anchor.rank, limit, total };
    }
    return offset <= after ? { reverse: false, offset, limit, total } : { reverse: true, offset: after, limit, total };
  }

  #learnAnchor(query: ListQuery, first: StoredResource | undefined): void {
    if (query.order !== 'name' || query.offset < shortWalk || first === undefined) return;
    this.#anchors.learn(query, { mesh: first.mesh, name: first.name, rank: query.offset }, this.revision());
  }

  #readItems(ids: readonly number[]): StoredResource[] {
    return this.#statements.byIds.all(JSON.stringify(ids));
  }

  #selectIds({ sql, parameters }: ListSql): number[] {
    let statement = this.#lists.get(sql);
    if (statement === undefined) {
      statement = prepareIds(this.#database, sql);
      this.#lists.set(sql, statement);
    }
    return statement.all(parameters);
  }
}

function prepareIds(database: Connection, sql: string) {
  return database.prepare<[ListSql['parameters']], number>(sql).pluck();
}

function toChange(row: LogRow): Change {
  const { revision, op, type, mesh, name } = row;
  const resource = row.spec === null ? undefined : pickResource(row);
  return { revision, op, key: { type, mesh, name }, resource };
}

function pickResource({
  type,
  mesh,
  name,
  creationTime,
  modificationTime,
  creationRevision,
  revision,
  unknownFields,
  spec,
}: StoredResource): StoredResource {
  return { type, mesh, name, creationTime, modificationTime, creationRevision, revision, unknownFields, spec };
}

function prepareStatements(database: Connection) {
  return {
    find: database.prepare<[type: string, mesh: string, name: string], StoredResource>(findSql),
    byIds: database.prepare<[ids: string], StoredResource>(
      `SELECT ${resourceColumns} FROM json_each(?) AS page CROSS JOIN resources AS r ON r.id = page.value ORDER BY page.key`,
    ),
    counts: database.prepare<[], Count>('SELECT type, mesh, total FROM counts ORDER BY type, mesh'),
    count: database
      .prepare<[type: string, mesh: string], number>('SELECT total FROM counts WHERE type = ? AND mesh = ?')
      .pluck(),
    countOfType: database
      .prepare<[type: string], number | null>('SELECT sum(total) FROM counts WHERE type = ?')
      .pluck(),
    // A new row gets the highest id: the order of the file is that of creation.
    all: database.prepare<[], StoredResource>(`SELECT ${resourceColumns} FROM resources AS r ORDER BY r.id`),
    state: database.prepare<[], { readonly revision: Revision; readonly logFloor: Revision }>(
      'SELECT revision, log_floor AS logFloor FROM state',
    ),
    log: database.prepare<[after: Revision, limit: number], LogRow>(`SELECT c.revision, c.op, c.type, c.mesh, c.name,
      r.creation_time AS creationTime, r.modification_time AS modificationTime, r.creation_revision AS creationRevision,
      r.unknown_fields AS unknownFields, r.spec
      FROM changes AS c LEFT JOIN resources AS r ON r.type = c.type AND r.mesh = c.mesh AND r.name = c.name AND r.revision = c.revision
      WHERE c.revision > ? ORDER BY c.revision LIMIT ?`),
  };
}
