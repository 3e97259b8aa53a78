/** What is found along the names, or undefined. For reading answers of a server, whose shape is not known. */
export function readPath(value: unknown, ...names: readonly string[]): unknown {
  let found = value;
  for (const name of names) {
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? Object.entries(found).find(([key]) => key === name)?.[1]
        : undefined;
  }
  return found;
}

/** The items of a list along the names; none when it is no list. */
export function readItems(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const found = readPath(value, ...names);
  return Array.isArray(found) ? found : [];
}

/** Keys and values of an object along the names; none when it is no object. */
export function readEntries(value: unknown, ...names: readonly string[]): readonly (readonly [string, unknown])[] {
  const found = readPath(value, ...names);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.entries(found) : [];
}

/** A text or number along the names as text; empty when there is none. */
export function readText(value: unknown, ...names: readonly string[]): string {
  const found = readPath(value, ...names);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}
