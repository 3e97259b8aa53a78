import type { Problem } from '../model/problem.js';
import type { Revision } from '../model/resource.js';

/** The entity tag of a resource: the revision of its last write, a strong tag (RFC 9110, 8.8.3). */
export const entityTag = (revision: Revision): string => `"${revision}"`;

/** The headers that make a request conditional; several lines of one header arrive joined by commas. */
export interface ConditionHeaders {
  readonly 'if-match'?: string | undefined;
  readonly 'if-none-match'?: string | undefined;
}

/** True when the client said in what state the resource must be. */
export const isConditional = (headers: ConditionHeaders): boolean =>
  headers['if-match'] !== undefined || headers['if-none-match'] !== undefined;

/**
 * Why a write must not take place: `If-Match` names none of the resource's tags, or `If-None-Match` does. Undefined
 * when both hold. `revision` is undefined when the resource does not exist.
 */
export function checkConditions(headers: ConditionHeaders, revision: Revision | undefined): Problem | undefined {
  const refuse = (header: string): Problem => ({
    problem: 'precondition-failed',
    detail: `${header} does not hold: ${
      revision === undefined
        ? 'the resource does not exist'
        : `the resource exists with ETag ${entityTag(revision)}; read it again`
    }`,
  });
  const match = headers['if-match'];
  if (match !== undefined && !namesRevision(match, revision, 'strong')) return refuse('If-Match');
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && namesRevision(noneMatch, revision, 'weak')) return refuse('If-None-Match');
  return undefined;
}

/** True when a list of tags, or `*`, names the resource. A weak tag (`W/"1"`) equals nothing in strong comparison. */
export function namesRevision(header: string, revision: Revision | undefined, comparison: 'strong' | 'weak'): boolean {
  return revision !== undefined && namesTag(header, entityTag(revision), comparison);
}

/** The same for something that exists and has this strong tag. */
export function namesTag(header: string, tag: string, comparison: 'strong' | 'weak'): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((each) => each === tag || (comparison === 'weak' && each === `W/${tag}`));
}
