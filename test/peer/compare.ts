/** Stands in a recording for any value, also inside texts. */
const any = '<ANY>';

/** Structural differences between a recording and an answer, as lines; the order of keys never matters. */
export function compare(want: unknown, got: unknown, unordered = false, at = '$'): string[] {
  if (want === any) return got === undefined || got === null ? [`${at}: expected a value`] : [];
  if (typeof want === 'string' && typeof got === 'string' && want.includes(any)) {
    const pattern = want
      .split(any)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    return new RegExp(`^${pattern}$`, 's').test(got) ? [] : [`${at}: expected ${want}, got ${got}`];
  }
  if (Array.isArray(want) && Array.isArray(got)) return compareLists(want, got, unordered, at);
  if (isObject(want) && isObject(got)) {
    return [
      ...Object.keys(want).flatMap((key) =>
        key in got ? compareField(key, want[key], got[key], unordered, `${at}.${key}`) : [`${at}.${key}: missing`],
      ),
      ...Object.keys(got)
        .filter((key) => !(key in want))
        .map((key) => `${at}.${key}: unexpected ${JSON.stringify(got[key])}`),
    ];
  }
  return want === got ? [] : [`${at}: expected ${JSON.stringify(want)}, got ${JSON.stringify(got)}`];
}

/** 2.5.11 loses some addresses of a destination (difference D24): all recorded ones must be there. */
function compareField(key: string, want: unknown, got: unknown, unordered: boolean, at: string): string[] {
  if (key === 'addresses' && Array.isArray(want) && Array.isArray(got)) {
    return want.filter((address) => !got.includes(address)).map((address) => `${at}: ${String(address)} missing`);
  }
  return compare(want, got, unordered, at);
}

function compareLists(want: readonly unknown[], got: readonly unknown[], unordered: boolean, at: string): string[] {
  if (want.length !== got.length)
    return [`${at}: expected ${want.length} items, got ${got.length}: ${JSON.stringify(got).slice(0, 200)}`];
  if (!unordered) return want.flatMap((each, i) => compare(each, got[i], false, `${at}[${i}]`));
  const left = [...got];
  return want.flatMap((each) => {
    const hit = left.findIndex((candidate) => compare(each, candidate, true).length === 0);
    if (hit < 0) return [`${at}: no item like ${JSON.stringify(each).slice(0, 200)}`];
    left.splice(hit, 1);
    return [];
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
