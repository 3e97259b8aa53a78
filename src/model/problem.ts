import type { Violation } from './violation.js';

/** Every expected way in which the API refuses a request. */
export type Problem =
  /** A body or parameter that cannot be read; no field is named. */
  | { readonly problem: 'bad-request'; readonly detail: string; readonly title?: string }
  /** Violations of what was sent. */
  | {
      readonly problem: 'invalid';
      readonly title: string;
      readonly detail?: string;
      readonly violations: readonly Violation[];
    }
  | { readonly problem: 'not-found'; readonly title: string; readonly detail?: string }
  /** What the client says of who it is does not hold. */
  | { readonly problem: 'unauthenticated' }
  | { readonly problem: 'forbidden'; readonly detail: string }
  | { readonly problem: 'method-not-allowed' }
  /** A write lost against others too often. */
  | { readonly problem: 'conflict'; readonly detail: string }
  /** `If-Match` or `If-None-Match` does not hold. */
  | { readonly problem: 'precondition-failed'; readonly detail: string }
  | { readonly problem: 'body-too-large'; readonly limit: number }
  /** A client has too much under way. */
  | { readonly problem: 'too-many-requests'; readonly detail: string }
  | { readonly problem: 'header-too-large'; readonly limit: number }
  /** Something that is needed is not there at the moment. */
  | { readonly problem: 'unavailable'; readonly title: string; readonly detail: string }
  /** Our fault; the cause is in the log only. */
  | { readonly problem: 'internal' };
