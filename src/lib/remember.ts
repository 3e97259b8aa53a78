/** The function, which works out each value once as long as its key lives; keys are equal when they are identical. */
export function rememberByIdentity<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { value: compute(key) }));
    return found.value;
  };
}

/** The same for two keys: each value is worked out once as long as both of them live. */
export function rememberByBoth<A extends object, B extends object, Value>(
  compute: (a: A, b: B) => Value,
): (a: A, b: B) => Value {
  const ofFirst = rememberByIdentity((a: A) => rememberByIdentity((b: B) => compute(a, b)));
  return (a, b) => ofFirst(a)(b);
}

/** So many texts are remembered with a value each, lest texts of users fill the memory. */
const maxTexts = 5000;

/** The value of a text: the one that was made for it before, or what `make` gives. */
export function rememberTexts<Value>(): (text: string, make: (text: string) => Value) => Value {
  const known = new Map<string, { readonly value: Value }>();
  return (text, make) => {
    let found = known.get(text);
    if (found === undefined) {
      if (known.size >= maxTexts) known.clear();
      known.set(text, (found = { value: make(text) }));
    }
    return found.value;
  };
}
