import { namedConfig, type Message } from '../envoy/resources.js';
import { serviceTag } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import type { HostPredicate, HttpRetry } from '../plan/http-plan.js';
import { translateHeaderMatch } from './match.js';

type RetryPolicy = Message<'envoy.config.route.v3.RetryPolicy'>;

/** When and how requests are tried again. */
export function translateRetry(retry: HttpRetry): RetryPolicy {
  const { backOff, rateLimitedBackOff, retriableStatusCodes, retriableHeaders, retriableRequestHeaders, priority } =
    retry;
  return {
    retryOn: retry.retryOn,
    ...(retry.numRetries === undefined ? {} : { numRetries: retry.numRetries }),
    ...(retry.perTryTimeout === undefined ? {} : { perTryTimeout: retry.perTryTimeout }),
    ...(backOff === undefined ? {} : { retryBackOff: { ...backOff } }),
    ...(rateLimitedBackOff === undefined ? {} : { rateLimitedRetryBackOff: translateRateLimited(rateLimitedBackOff) }),
    ...(retriableStatusCodes === undefined ? {} : { retriableStatusCodes: [...retriableStatusCodes] }),
    ...(retriableHeaders === undefined
      ? {}
      : { retriableHeaders: retriableHeaders.map((header) => translateHeaderMatch(header)) }),
    ...(retriableRequestHeaders === undefined
      ? {}
      : { retriableRequestHeaders: retriableRequestHeaders.map((header) => translateHeaderMatch(header)) }),
    ...(retry.hostPredicates === undefined ? {} : { retryHostPredicate: retry.hostPredicates.map(translatePredicate) }),
    ...(retry.hostSelectionMaxAttempts === undefined
      ? {}
      : { hostSelectionRetryMaxAttempts: String(retry.hostSelectionMaxAttempts) }),
    ...(priority === undefined
      ? {}
      : {
          retryPriority: namedConfig(
            'envoy.retry_priorities.previous_priorities',
            'envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig',
            { updateFrequency: priority.updateFrequency },
          ),
        }),
  };
}

/** Seconds are Envoy's default and are not written. */
const translateRateLimited = ({
  maxInterval,
  resetHeaders,
}: NonNullable<
  HttpRetry['rateLimitedBackOff']
>): Message<'envoy.config.route.v3.RetryPolicy.RateLimitedRetryBackOff'> => ({
  ...(maxInterval === undefined ? {} : { maxInterval }),
  resetHeaders: resetHeaders.map(({ name, format }) => ({ name, ...(format === 'SECONDS' ? {} : { format }) })),
});

function translatePredicate(predicate: HostPredicate): Message<'envoy.config.route.v3.RetryPolicy.RetryHostPredicate'> {
  switch (predicate.kind) {
    case 'omit-previous-hosts':
      return namedConfig(
        'envoy.retry_host_predicates.previous_hosts',
        'envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
        {},
      );
    case 'omit-hosts-with-tags':
      return namedConfig(
        'envoy.retry_host_predicates.omit_host_metadata',
        'envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig',
        translateLbTags(predicate.tags),
      );
  }
}

/** The service goes without saying. */
function translateLbTags(
  tags: Tags,
): Message<'envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig'> {
  const others = Object.entries(tags).filter(([key]) => key !== serviceTag);
  return others.length === 0 ? {} : { metadataMatch: { filterMetadata: { 'envoy.lb': Object.fromEntries(others) } } };
}
