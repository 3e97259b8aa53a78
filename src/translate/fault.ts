import { namedConfig, type Message } from '../envoy/resources.js';
import type { Fault } from '../plan/http-plan.js';
import { translateHeaderMatch } from './match.js';
import { translatePercentage } from './percentage.js';

/** The filter that delays, slows or refuses some requests. */
export const faultFilter = (fault: Fault) =>
  namedConfig('envoy.filters.http.fault', 'envoy.extensions.filters.http.fault.v3.HTTPFault', translateFault(fault));

function translateFault({
  headers,
  abort,
  delay,
  bandwidth,
}: Fault): Message<'envoy.extensions.filters.http.fault.v3.HTTPFault'> {
  return {
    ...(headers.length === 0
      ? {}
      : {
          headers: headers.map(({ invert = false, ...header }) => ({
            ...translateHeaderMatch(header),
            ...(invert ? { invertMatch: true } : {}),
          })),
        }),
    ...(abort === undefined
      ? {}
      : { abort: { httpStatus: abort.status, percentage: translatePercentage(abort.percentage) } }),
    ...(delay === undefined
      ? {}
      : { delay: { fixedDelay: delay.value, percentage: translatePercentage(delay.percentage) } }),
    ...(bandwidth === undefined
      ? {}
      : {
          responseRateLimit: {
            fixedLimit: { limitKbps: String(bandwidth.kbps) },
            percentage: translatePercentage(bandwidth.percentage),
          },
        }),
  };
}
