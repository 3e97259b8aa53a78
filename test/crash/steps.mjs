// What the writers of the kill loop do, as pure functions that the killed process and its judge share.

/** Concurrent writers; each works on resources of its own. */
export const writers = 8;

const facets = { tagSets: [], gateway: null };
const time = '2024-05-01T10:00:00Z';
const keyOf = (writer, name) => ({ type: 'Dataplane', mesh: `mesh-${writer}`, name });

/**
 * Step `seq` (from 1) of a writer: the names it puts, the names it deletes, or the deletion of all it owns.
 * In turn: single puts, a put of three, a delete, a delete and a put together, and now and then everything.
 */
function planStep(writer, seq) {
  const slot = (seq * 7 + writer) % 5;
  if (seq % 41 === 0) return { puts: [], deletes: [], all: true };
  if (seq % 11 === 0) return { puts: ['group-a', 'group-b', 'group-c'], deletes: [], all: false };
  if (seq % 7 === 0) return { puts: [`single-${slot}`, 'group-b'], deletes: ['group-a', 'group-c'], all: false };
  if (seq % 3 === 0) return { puts: [], deletes: [`single-${slot}`], all: false };
  return { puts: [`single-${slot}`], deletes: [], all: false };
}

/** The transaction of a step. */
export function makeStep(writer, seq) {
  const { puts, deletes, all } = planStep(writer, seq);
  const expected = { state: 'any' };
  return {
    preconditions: [],
    operations: [
      ...(all ? [{ op: 'delete-owned', mesh: `mesh-${writer}` }] : []),
      ...deletes.map((name) => ({ op: 'delete', key: keyOf(writer, name), expected })),
      ...puts.map((name) => ({
        op: 'put',
        key: keyOf(writer, name),
        spec: makeSpec(writer, seq),
        facets,
        ownedByMesh: true,
        time,
        expected,
      })),
    ],
  };
}

/** What a writer's resources are after its first `seq` steps: name to spec. */
export function stateAfter(writer, seq) {
  const lastPut = new Map();
  for (let step = 1; step <= seq; step += 1) {
    const { puts, deletes, all } = planStep(writer, step);
    if (all) lastPut.clear();
    for (const name of deletes) lastPut.delete(name);
    for (const name of puts) lastPut.set(name, step);
  }
  return new Map([...lastPut].map(([name, step]) => [name, makeSpec(writer, step)]));
}

function makeSpec(writer, seq) {
  return JSON.stringify({ writer, seq, filler: 'x'.repeat((seq * 131) % 3000) });
}
