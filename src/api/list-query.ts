import { err, ok, type Result } from '../lib/result.js';
import type { Problem } from '../model/problem.js';

/** Query parameters as they came, in order; the first of several values counts (except for `tag`). */
export type Query = URLSearchParams;

export interface Paging {
  /** Items per page; 0 = all, without paging. */
  readonly size: number;
  readonly offset: number;
}

export const defaultPageSize = 100;
export const maxPageSize = 1000;

/** Reads `size` and `offset`; empty values count as absent. Titles differ between lists, hence the parameters. */
export function parsePaging(query: Query, title: string, offsetTitle = title): Result<Paging, Problem> {
  const size = parseSize(query, title);
  if (!size.ok) return size;
  const offsetText = query.get('offset') ?? '';
  const offset = offsetText === '' ? 0n : parseInteger(offsetText);
  if (offset === undefined) return refuse(offsetTitle, 'Invalid offset', 'offset', 'Invalid format');
  if (offset < 0) return refuse(offsetTitle, 'Invalid offset', 'offset', 'must not be negative');
  // Kuma 2.5: who asks for everything gets it from the beginning
  return ok({ size: size.value, offset: size.value === 0 ? 0 : Number(offset) });
}

/** Reads `size` alone: some lists look for what they belong to before they look at `offset`. */
export function parseSize(query: Query, title: string): Result<number, Problem> {
  const invalid = (message: string): Result<never, Problem> => refuse(title, 'Invalid page size', 'size', message);
  const text = query.get('size') ?? '';
  const size = text === '' ? BigInt(defaultPageSize) : parseInteger(text);
  if (size === undefined) return invalid('invalid format');
  if (size > maxPageSize) return invalid(`invalid page size of ${size}. Maximum page size is ${maxPageSize}`);
  if (size < 0) return invalid(`invalid page size of ${size}. Minimum page size is 0`);
  return ok(Number(size));
}

const refuse = (title: string, detail: string, field: string, message: string): Result<never, Problem> =>
  err({ problem: 'invalid', title, detail, violations: [{ field, message }] });

/** A decimal integer with an optional sign, of at most 64 bits. */
function parseInteger(text: string): bigint | undefined {
  const value = /^[+-]?[0-9]{1,100}$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  return value === undefined || BigInt.asIntN(64, value) !== value ? undefined : value;
}

/** URL of the page after this one, or null; keys sorted, as Go encodes a query. */
export function nextPage(base: string, query: Query, { size, offset }: Paging, total: number): string | null {
  if (size === 0 || offset + size >= total) return null;
  const parameters = new URLSearchParams([...query].filter(([key]) => key !== 'offset'));
  parameters.set('offset', String(offset + size));
  parameters.sort();
  return `${base}?${encodeQuery(parameters)}`;
}

/** Go escapes the star and leaves the tilde, the URL standard of JavaScript has it the other way round. */
const encodeQuery = (parameters: URLSearchParams): string =>
  parameters.toString().replaceAll('*', '%2A').replaceAll('%7E', '~');

/**
 * `tag=key:value`, split at the first colon; of one key the last value counts, a tag without colon is ignored. Values
 * are parts of the value asked for; a star is any (Kuma 2.5).
 */
export function parseTags(query: Query): (readonly [name: string, value: string])[] {
  const tags = new Map<string, string>();
  for (const tag of query.getAll('tag')) {
    const colon = tag.indexOf(':');
    const value = tag.slice(colon + 1);
    // the empty text is a part of every value
    if (colon >= 0) tags.set(tag.slice(0, colon), value === '*' ? '' : value);
  }
  return [...tags];
}

export type GatewayFilter = 'any' | 'none' | 'builtin' | 'delegated';

const gatewayFilters: Readonly<Record<string, GatewayFilter>> = {
  true: 'any',
  false: 'none',
  builtin: 'builtin',
  delegated: 'delegated',
};

/** Reads `gateway`; Kuma names the field after the route, and misspells the reason. */
export function parseGateway(query: Query, route: string): Result<GatewayFilter | undefined, Problem> {
  const text = query.get('gateway') ?? '';
  if (text === '') return ok(undefined);
  const filter = Object.hasOwn(gatewayFilters, text.toLowerCase()) ? gatewayFilters[text.toLowerCase()] : undefined;
  if (filter !== undefined) return ok(filter);
  const message = `shoud use \`true\`, \`false\`, 'builtin' or 'delegated' instead of ${text}`;
  return err({
    problem: 'invalid',
    title: 'Could not retrieve resources',
    violations: [{ field: `${route}.gateway`, message }],
  });
}

/** Reads `format`: the form in which an item is answered. Kuma 2.5 cannot show secrets in the Kubernetes form. */
export function parseFormat(query: Query, hasKubernetes = true): Result<'universal' | 'kubernetes', Problem> {
  const format = query.get('format') ?? '';
  if (format === '' || format === 'universal') return ok('universal');
  const isKubernetes = format === 'k8s' || format === 'kubernetes';
  if (isKubernetes && hasKubernetes) return ok('kubernetes');
  const allowed = isKubernetes ? '["universal"]' : '["k8s", "kubernetes", "universal"]';
  return err({
    problem: 'invalid',
    title: 'invalid format',
    violations: [{ field: '', message: `"format" must be one of ${allowed}` }],
  });
}
