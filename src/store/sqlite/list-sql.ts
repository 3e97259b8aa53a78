import type { ListQuery } from '../store.js';

/** The statement that gives the ids of a list, in order, and what to bind to it. */
export interface ListSql {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** Whether the list is narrowed by more than type and mesh; then its total is not among the counts. */
export function isFiltered(query: ListQuery): boolean {
  return query.name !== undefined || query.gateway !== undefined || (query.tags !== undefined && query.tags.length > 0);
}

/** Ids of everything that passes the filters, read from indexes alone. The text is one of few, whatever the user asks. */
export function selectFilteredIds(query: ListQuery): ListSql {
  const { conditions, parameters } = selectScope(query);
  if (query.name !== undefined) {
    conditions.push('instr(name, @name) > 0');
    parameters['name'] = query.name;
  }
  const telling = findTellingTag(query);
  if (telling !== undefined) {
    // The two searches in the JSON text spare most rows the slow search for pairs within one set.
    conditions.push("tag_sets <> '[]'", 'instr(tag_sets, @tagName) > 0', 'instr(tag_sets, @tagValue) > 0', hasTagsSql);
    parameters['tagName'] = `${JSON.stringify(telling[0])}:`;
    parameters['tagValue'] = JSON.stringify(telling[1]).slice(1, -1);
    parameters['tags'] = JSON.stringify(query.tags);
  }
  switch (query.gateway) {
    case undefined:
      break;
    case 'any':
      conditions.push('gateway IS NOT NULL');
      break;
    case 'none':
      conditions.push('id NOT IN (SELECT id FROM resources WHERE type = @type AND gateway IS NOT NULL)');
      break;
    case 'builtin':
    case 'delegated':
      conditions.push('gateway = @gateway');
      parameters['gateway'] = query.gateway;
      break;
  }
  return {
    sql: `SELECT id FROM resources WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(query, 'ASC')}`,
    parameters,
  };
}

/** Where the walk to a page begins, and how far it is from there. */
export interface PageWalk {
  /** The order is turned round, and with it the page. */
  readonly reverse: boolean;
  /** What stands before this key, in the order of names, is left out. */
  readonly from?: { readonly mesh: string; readonly name: string };
  readonly offset: number;
  readonly limit: number;
}

/** Ids of one page of a list without filters. */
export function selectPageIds(query: ListQuery, { reverse, from, offset, limit }: PageWalk): ListSql {
  const { conditions, parameters } = selectScope(query);
  if (from !== undefined) {
    conditions.push('(mesh, name) >= (@fromMesh, @fromName)');
    parameters['fromMesh'] = from.mesh;
    parameters['fromName'] = from.name;
  }
  const order = orderBy(query, reverse ? 'DESC' : 'ASC');
  return {
    sql: `SELECT id FROM resources WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT @limit OFFSET @offset`,
    parameters: { ...parameters, limit, offset },
  };
}

/** A tag set that has every pair of @tags: the name, and a value that contains the value asked for. */
const hasTagsSql = `EXISTS (
  SELECT 1 FROM json_each(tag_sets) AS tag_set WHERE NOT EXISTS (
    SELECT 1 FROM json_each(@tags) AS asked WHERE NOT EXISTS (
      SELECT 1 FROM json_each(tag_set.value) AS tag
      WHERE tag.key = json_extract(asked.value, '$[0]') AND instr(tag.value, json_extract(asked.value, '$[1]')) > 0)))`;

/** The tag that likely fits the fewest rows. */
function findTellingTag(query: ListQuery): readonly [name: string, value: string] | undefined {
  return query.tags?.toSorted((a, b) => b[1].length - a[1].length)[0];
}

function selectScope(query: ListQuery): {
  readonly conditions: string[];
  readonly parameters: Record<string, string | number>;
} {
  const { type, mesh } = query;
  return mesh === undefined
    ? { conditions: ['type = @type'], parameters: { type } }
    : { conditions: ['type = @type', 'mesh = @mesh'], parameters: { type, mesh } };
}

function orderBy(query: ListQuery, direction: 'ASC' | 'DESC'): string {
  return query.order === 'name' ? `mesh ${direction}, name ${direction}` : `creation_revision ${direction}`;
}
