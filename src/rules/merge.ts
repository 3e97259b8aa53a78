/** How the confs of one peer merge: later ones override earlier ones; called with at least one. */
export type MergeConfs<Conf> = (confs: readonly Conf[]) => Conf;

/**
 * Objects merge field by field on every level; scalars and lists of a later conf replace earlier ones, and what a later
 * conf leaves out stays (Kuma 2.5 applies RFC 7396 to the JSON of the confs).
 */
export const mergeFields = <Conf extends object>(confs: readonly Conf[]): Conf =>
  confs.reduce<Readonly<Record<string, unknown>>>((merged, conf) => mergeTwo(merged, conf), {}) as Conf;

/** As `mergeFields`, but this list of every conf stays, one after the other. */
export const appendLists =
  <Conf extends object>(field: keyof Conf & string): MergeConfs<Conf> =>
  (confs) => {
    const lists = confs.map((conf) => conf[field] as readonly unknown[] | undefined);
    const merged = mergeFields(confs);
    return lists.every((list) => list === undefined)
      ? merged
      : { ...merged, [field]: lists.flatMap((list) => list ?? []) };
  };

/**
 * All entries of all lists, those with an equal key merged into the first of them: how a list whose entries have an
 * identity merges. `keyOf` must give equal texts for equal keys.
 */
export function mergeByKey<Entry>(
  lists: readonly (readonly Entry[])[],
  keyOf: (entry: Entry) => string,
  merge: MergeConfs<Entry>,
): Entry[] {
  const groups = new Map<string, Entry[]>();
  for (const entry of lists.flat()) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map((group) => merge(group));
}

function mergeTwo(under: object, over: object): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over) as [string, unknown][]) {
    if (value === undefined) continue;
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    merged[key] = isObject(before) && isObject(value) ? mergeTwo(before, value) : value;
  }
  return merged;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
