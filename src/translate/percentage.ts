import type { Message } from '../envoy/resources.js';
import type { Percentage } from '../plan/http-plan.js';

/** A share of requests in the smallest denominator that holds it; zero and a hundred are what Envoy leaves out. */
export function translatePercentage(percentage: Percentage): Message<'envoy.type.v3.FractionalPercent'> {
  if (Number.isInteger(percentage)) return withNumerator(percentage);
  return Number.isInteger(percentage * 100)
    ? { ...withNumerator(percentage * 100), denominator: 'TEN_THOUSAND' }
    : { ...withNumerator(Math.round(percentage * 10_000)), denominator: 'MILLION' };
}

const withNumerator = (numerator: number): { numerator?: number } => (numerator === 0 ? {} : { numerator });
