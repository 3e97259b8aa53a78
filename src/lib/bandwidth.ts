const kbpsPerUnit = new Map([
  ['k', 1],
  ['m', 1_000],
  ['g', 1_000_000],
]);

/**
 * Kilobits per second of a text such as `50 mbps`: the number before the first unit, whatever else there is (Kuma 2.5).
 * Undefined when there is none, and for what Envoy cannot hold to.
 */
export function parseKbps(text: string): number | undefined {
  const unit = /([gmk]?)bps/.exec(text);
  if (unit === null) return undefined;
  const end = /\s/.test(text.charAt(unit.index - 1)) ? unit.index - 1 : unit.index;
  let start = end;
  while (/[0-9]/.test(text.charAt(start - 1))) start--;
  const kbps = Number(text.slice(start, end)) * (kbpsPerUnit.get(unit[1] ?? '') ?? 0);
  return kbps > 0 && Number.isSafeInteger(kbps) ? kbps : undefined;
}
