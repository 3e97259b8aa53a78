import type { HeaderChange } from '../../plan/http-plan.js';
import type { HeaderModifier } from './schema.js';

const nothing: HeaderChange = { add: [], remove: [] };

/** What is changed in headers after one more filter; several values of a header are separated by commas. */
export function changeHeaders(before: HeaderChange = nothing, modifier: HeaderModifier | undefined): HeaderChange {
  const { set = [], add = [], remove = [] } = modifier ?? {};
  return {
    add: [
      ...before.add,
      ...set.flatMap(({ name, value }) => value.split(',').map((each, i) => ({ name, value: each, append: i > 0 }))),
      ...add.flatMap(({ name, value }) => value.split(',').map((each) => ({ name, value: each, append: true }))),
    ],
    remove: [...before.remove, ...remove],
  };
}
