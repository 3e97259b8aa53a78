import { countAnswers, type Target } from './callers.js';

/**
 * How often each of those was reached that should be, as shares in percent, when all are within three standard
 * deviations of what is expected; otherwise, and when anybody else answered, what was counted. Chance alone leaves three
 * deviations once in a few hundred times, so that it may do so once.
 */
export async function measureShares(
  to: Target,
  connections: number,
  expected: Readonly<Record<string, number>>,
): Promise<object> {
  const count = async (): Promise<object> => {
    const counts = await countAnswers(to, connections);
    const names = new Set([...counts.keys(), ...Object.keys(expected)]);
    const isExpected = [...names].every((name) => {
      const share = (expected[name] ?? 0) / 100;
      const deviation = Math.sqrt(connections * share * (1 - share));
      return Math.abs((counts.get(name) ?? 0) - connections * share) <= 3 * deviation;
    });
    return isExpected ? expected : Object.fromEntries(counts);
  };
  const first = await count();
  return first === expected ? first : count();
}
