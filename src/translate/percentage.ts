import type { Message } from '../envoy/resources.js';
import type { Percentage } from '../plan/http-plan.js';

/**
 * A share of requests in the smallest denominator that seems to hold it: Kuma 2.5 multiplies in floating point, so that
 * 0.29 is counted in millionths. Zero and a denominator of a hundred are not written.
 */
export function translatePercentage(percentage: Percentage): Message<'envoy.type.v3.FractionalPercent'> {
  if (Number.isInteger(percentage)) return withNumerator(percentage);
  const tenThousandths = percentage * 100;
  return Number.isInteger(tenThousandths)
    ? { ...withNumerator(tenThousandths), denominator: 'TEN_THOUSAND' }
    : { ...withNumerator(Math.round(percentage * 10_000)), denominator: 'MILLION' };
}

const withNumerator = (numerator: number): { numerator?: number } => (numerator === 0 ? {} : { numerator });
