import type { Violation } from '../../model/violation.js';
import type { JsonPatch } from './schema.js';

const moving: readonly string[] = ['move', 'copy'];
const writing: readonly string[] = ['add', 'replace'];

/** Every violation of a list of JSON patches; their paths may be anything. */
export const validateJsonPatches = (path: string, patches: readonly JsonPatch[]): Violation[] =>
  patches.flatMap(({ op, path: target, value, from }, i) => [
    ...requireFor(`${path}[${i}].from`, 'from', from, op, moving),
    ...requireFor(`${path}[${i}].value`, 'value', value, op, writing),
    ...(op === 'remove' && (target === '' || target === '/')
      ? [{ field: `${path}[${i}].path`, message: 'root path cannot be removed' }]
      : []),
  ]);

/** A field that some operations need and the others must not have. */
function requireFor(field: string, name: string, value: unknown, op: string, ops: readonly string[]): Violation[] {
  if (ops.includes(op) === (value !== undefined)) return [];
  const what = value === undefined ? 'must not be empty' : 'is allowed only';
  return [{ field, message: `"${name}" ${what} when "op" is one of [${ops.map((each) => `"${each}"`).join(', ')}]` }];
}
