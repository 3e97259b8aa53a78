/**
 * A function that gives the very same value for the same text as long as anybody holds the value, and else makes it.
 * The text must stand for all that the value is made of.
 */
export function makeShareValue<Value extends object>(): (text: string, make: () => Value) => Value {
  const known = new Map<string, WeakRef<Value>>();
  const forgotten = new FinalizationRegistry<string>((text) => {
    if (known.get(text)?.deref() === undefined) known.delete(text);
  });
  return (text, make) => {
    const found = known.get(text)?.deref();
    if (found !== undefined) return found;
    const value = make();
    known.set(text, new WeakRef(value));
    forgotten.register(value, text);
    return value;
  };
}
