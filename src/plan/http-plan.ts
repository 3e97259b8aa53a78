import type { Duration } from '../lib/proto-duration.js';
import type { Tags } from '../model/resource.js';

/** A share of connections or requests; `weight` is positive, relative to the sum of all. */
export interface Split {
  readonly cluster: string;
  readonly weight: number;
}

/** How one text is compared with another. */
export type TextMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'prefix'; readonly value: string }
  /** RE2 syntax, of the whole text. */
  | { readonly kind: 'regex'; readonly value: string };

export interface HeaderMatch {
  readonly name: string;
  readonly match: TextMatch | { readonly kind: 'present' } | { readonly kind: 'absent' };
  /** Kuma gives regular expressions and prefixes of TrafficRoutes to Envoy in an older form. */
  readonly isOldForm?: boolean;
}

export interface RouteMatch {
  readonly path: TextMatch;
  readonly headers: readonly HeaderMatch[];
  readonly queryParameters: readonly { readonly name: string; readonly match: TextMatch }[];
}

/** A header that is added, or that replaces those of its name; without `append` Envoy adds. */
export interface HeaderToAdd {
  readonly name: string;
  readonly value: string;
  readonly append?: boolean;
}

export interface HeaderChange {
  readonly add: readonly HeaderToAdd[];
  readonly remove: readonly string[];
}

/** A part of a text that is replaced. */
export interface RegexRewrite {
  readonly regex: string;
  readonly substitution: string;
}

/** When and how requests are tried again. */
export interface HttpRetry {
  /** Conditions in Envoy's names, joined by commas. */
  readonly retryOn: string;
  readonly numRetries?: number;
  readonly perTryTimeout?: Duration;
  readonly backOff?: { readonly baseInterval?: Duration; readonly maxInterval?: Duration };
  readonly rateLimitedBackOff?: {
    readonly maxInterval?: Duration;
    readonly resetHeaders: readonly { readonly name: string; readonly format: 'SECONDS' | 'UNIX_TIMESTAMP' }[];
  };
  readonly retriableStatusCodes?: readonly number[];
  readonly retriableHeaders?: readonly HeaderMatch[];
  readonly retriableRequestHeaders?: readonly HeaderMatch[];
  readonly hostPredicates?: readonly HostPredicate[];
  readonly hostSelectionMaxAttempts?: number;
  readonly priority?: { readonly updateFrequency: number };
}

export type HostPredicate =
  { readonly kind: 'omit-previous-hosts' } | { readonly kind: 'omit-hosts-with-tags'; readonly tags: Tags };

/** Requests that are let through in an interval, and what the others are answered. */
export interface HttpRateLimit {
  readonly requests: number;
  readonly interval: Duration;
  /** Status of the refusal; absent = 429. */
  readonly status?: number;
  readonly headers: readonly HeaderToAdd[];
}

/** What requests are balanced by, where the load balancer hashes. */
export type HashPolicy = { readonly terminal: boolean } & (
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'cookie'; readonly name: string; readonly ttl?: Duration; readonly path?: string }
  | { readonly kind: 'query-parameter'; readonly name: string }
  | { readonly kind: 'filter-state'; readonly key: string }
);

export interface Mirror {
  readonly cluster: string;
  /** Percent of the requests; absent = all. */
  readonly percentage?: number;
}

export type RouteAction =
  | {
      readonly kind: 'forward';
      readonly splits: readonly Split[];
      readonly timeout?: Duration;
      readonly idleTimeout?: Duration;
      readonly pathRewrite?:
        { readonly kind: 'prefix'; readonly value: string } | ({ readonly kind: 'regex' } & RegexRewrite);
      readonly hostRewrite?:
        | { readonly kind: 'literal'; readonly value: string }
        | ({ readonly kind: 'path-regex' } & RegexRewrite)
        /** The name of the host that is chosen. */
        | { readonly kind: 'auto' };
      readonly mirrors?: readonly Mirror[];
      readonly retry?: HttpRetry;
      readonly hashPolicies?: readonly HashPolicy[];
    }
  | {
      readonly kind: 'redirect';
      readonly scheme?: string;
      readonly host?: string;
      readonly port?: number;
      /** 301 when absent. */
      readonly status?: number;
      readonly pathRewrite?:
        { readonly kind: 'prefix'; readonly value: string } | ({ readonly kind: 'regex' } & RegexRewrite);
    }
  /** Envoy answers by itself. */
  | { readonly kind: 'answer'; readonly status: number; readonly text: string };

export interface HttpRoute {
  /** Under which policies on routes find it. */
  readonly name?: string;
  readonly match: RouteMatch;
  readonly action: RouteAction;
  readonly requestHeaders?: HeaderChange;
  readonly responseHeaders?: HeaderChange;
  readonly rateLimit?: HttpRateLimit;
}

/** A share of requests, as a number from 0 to 100 with up to four decimals. */
export type Percentage = number;

/** What is done to some requests to see how their callers bear it. */
export interface Fault {
  /** Whose requests; each entry must match. */
  readonly headers: readonly (HeaderMatch & { readonly invert?: boolean })[];
  readonly abort?: { readonly status: number; readonly percentage: Percentage };
  readonly delay?: { readonly value: Duration; readonly percentage: Percentage };
  readonly bandwidth?: { readonly kbps: number; readonly percentage: Percentage };
}

/** What requests pass before they are routed, in this order. */
export type HttpFilter =
  | { readonly kind: 'grpc-stats' }
  | { readonly kind: 'fault'; readonly fault: Fault }
  /** Makes the rate limits of routes work. */
  | { readonly kind: 'rate-limit' };

/** How a listener handles requests. */
export interface HttpPlan {
  readonly routes: readonly HttpRoute[];
  readonly filters: readonly HttpFilter[];
  /** For all routes that say nothing of it. */
  readonly retry?: HttpRetry;
  readonly idleTimeout?: Duration;
  readonly streamIdleTimeout?: Duration;
  readonly normalizePath?: boolean;
}

/** How a listener handles connections as bytes. No splits at all: it closes them. */
export interface TcpPlan {
  readonly splits: readonly Split[];
  readonly idleTimeout?: Duration;
  readonly maxConnectAttempts?: number;
  /** Counts Kafka's requests on the way; only where Envoy can. */
  readonly kafka?: boolean;
  /** Tags that the chosen endpoint must have; absent = any. */
  readonly subset?: Tags;
}

/** What happens to the connections a listener accepts; `none` closes them. */
export type Traffic =
  { readonly kind: 'none' } | ({ readonly kind: 'tcp' } & TcpPlan) | ({ readonly kind: 'http' } & HttpPlan);
