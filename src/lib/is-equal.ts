/** Whether two values of plain JSON say the same; an absent field equals one that is undefined. */
export function isEqualJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return isEqualList(a, b);
  const [ofA, ofB] = [a as Fields, b as Fields];
  for (const key of Object.keys(ofA)) if (!isEqualJson(ofA[key], fieldOf(ofB, key))) return false;
  for (const key of Object.keys(ofB)) if (ofB[key] !== undefined && !Object.hasOwn(ofA, key)) return false;
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

const isEqualList = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqualJson(item, b[i]));

const fieldOf = (object: Fields, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);
