import type { Message } from '../envoy/resources.js';
import type { HeaderChange, HeaderToAdd } from '../plan/http-plan.js';

type Route = Message<'envoy.config.route.v3.Route'>;

/** Headers that are added, or that replace those of their name. */
export const translateHeaders = (
  headers: readonly HeaderToAdd[],
): Message<'envoy.config.core.v3.HeaderValueOption'>[] =>
  headers.map(({ name, value, append }) => ({
    ...(append === undefined ? {} : { append }),
    header: { key: name, ...(value === '' ? {} : { value }) },
  }));

/** What a route changes in the headers of requests. */
export const changeRequestHeaders = (change: HeaderChange | undefined): Partial<Route> => ({
  ...(change === undefined || change.add.length === 0 ? {} : { requestHeadersToAdd: translateHeaders(change.add) }),
  ...(change === undefined || change.remove.length === 0 ? {} : { requestHeadersToRemove: [...change.remove] }),
});

/** What a route changes in the headers of responses. */
export const changeResponseHeaders = (change: HeaderChange | undefined): Partial<Route> => ({
  ...(change === undefined || change.add.length === 0 ? {} : { responseHeadersToAdd: translateHeaders(change.add) }),
  ...(change === undefined || change.remove.length === 0 ? {} : { responseHeadersToRemove: [...change.remove] }),
});
