const known = new WeakMap<object, number>();
let last = 0;

/** A number that stands for an object as long as the program runs, for keys of what is remembered. */
export function identify(object: object): number {
  let id = known.get(object);
  if (id === undefined) known.set(object, (id = ++last));
  return id;
}
