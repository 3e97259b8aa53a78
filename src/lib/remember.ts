/** The function, which works out each value once as long as its key lives; keys are equal when they are identical. */
export function rememberByIdentity<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = { value: compute(key) }));
    return found.value;
  };
}

/** So many values are remembered for one first key, the newest. */
const maxSeconds = 8;

/**
 * The same for two keys: a value is remembered as long as its first key lives, of which there should be many with few
 * second keys each. A map for each first key would cost more than it saves.
 */
export function rememberByBoth<A extends object, B extends object, Value>(
  compute: (a: A, b: B) => Value,
): (a: A, b: B) => Value {
  const known = new WeakMap<A, { readonly b: B; readonly value: Value }[]>();
  return (a, b) => {
    const ofFirst = known.get(a);
    const found = ofFirst?.find((each) => each.b === b);
    if (found !== undefined) return found.value;
    const value = compute(a, b);
    if (ofFirst === undefined) known.set(a, [{ b, value }]);
    else {
      if (ofFirst.length >= maxSeconds) ofFirst.shift();
      ofFirst.push({ b, value });
    }
    return value;
  };
}

/** So many texts are remembered with a value each, lest texts of users fill the memory. */
const maxTexts = 5000;

/** The value of a text: the one that was made for it before, or what `make` gives. */
export type TextMemo<Value> = (text: string, make: (text: string) => Value) => Value;

/** A memory of some thousand texts; the values of one text must be the same, whoever makes them. */
export function rememberTexts<Value>(): TextMemo<Value> {
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
