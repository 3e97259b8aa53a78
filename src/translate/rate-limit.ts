import { namedConfig, pack, type Filter, type Message } from '../envoy/resources.js';
import { statusName } from '../envoy/http-status.js';
import type { HttpRateLimit } from '../plan/http-plan.js';
import type { ConnectionRateLimit } from '../plan/listener-plan.js';
import { translateHeaders } from './headers.js';

export const httpRateLimitName = 'envoy.filters.http.local_ratelimit';
const statPrefix = 'rate_limit';

/** The filter that makes the rate limits of routes work; by itself it limits nothing. */
export const rateLimitFilter = () =>
  namedConfig(httpRateLimitName, 'envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit', { statPrefix });

/** The rate limit of one route. */
export function translateHttpRateLimit({ requests, interval, status, headers }: HttpRateLimit) {
  const hundredPercent = (runtimeKey: string): Message<'envoy.config.core.v3.RuntimeFractionalPercent'> => ({
    defaultValue: { numerator: 100 },
    runtimeKey,
  });
  const code = status === undefined ? undefined : statusName(status);
  return pack('envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit', {
    statPrefix,
    ...(code === undefined ? {} : { status: { code } }),
    tokenBucket: { maxTokens: requests, tokensPerFill: requests, fillInterval: interval },
    filterEnabled: hundredPercent('local_rate_limit_enabled'),
    filterEnforced: hundredPercent('local_rate_limit_enforced'),
    ...(headers.length === 0 ? {} : { responseHeadersToAdd: translateHeaders(headers) }),
  });
}

/** Connections that a listener takes in an interval. */
export const translateConnectionRateLimit = ({ connections, interval }: ConnectionRateLimit): Filter =>
  namedConfig(
    'envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit',
    'envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit',
    {
      statPrefix: 'tcp_rate_limit',
      tokenBucket: { maxTokens: connections, tokensPerFill: connections, fillInterval: interval },
    },
  );
