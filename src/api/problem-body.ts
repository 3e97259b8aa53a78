import type { Problem } from '../model/problem.js';
import type { Violation } from '../model/violation.js';

/** The body of every refusal, in Kuma's order of keys; `details` and `causes` are its deprecated copies. */
export interface ProblemBody {
  readonly type: '/std-errors';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly invalid_parameters?: readonly { readonly field: string; readonly reason: string }[];
  readonly details: string;
  readonly causes?: readonly Violation[];
}

/** Status and body of a problem: the one map from the closed list to HTTP. */
export function describeProblem(problem: Problem): ProblemBody {
  switch (problem.problem) {
    case 'bad-request':
      return makeBody(400, problem.title ?? 'Bad Request', problem.detail);
    case 'invalid':
      return makeBody(400, problem.title, problem.detail ?? 'Resource is not valid', problem.violations);
    case 'not-found':
      return makeBody(404, problem.title, problem.detail ?? 'Not found');
    case 'unauthenticated':
      return makeBody(401, 'Invalid authentication data', 'Unauthenticated');
    case 'forbidden':
      return makeBody(403, 'Access Denied', problem.detail);
    case 'method-not-allowed':
      return makeBody(405, 'Method not Allowed', 'Method not allowed');
    case 'conflict':
      return makeBody(409, 'Conflict', problem.detail);
    case 'precondition-failed':
      return makeBody(412, 'Precondition Failed', problem.detail);
    case 'body-too-large':
      return makeBody(
        413,
        'Payload Too Large',
        `the body must not be larger than ${problem.limit} bytes; the limit is the setting apiServer.bodyLimit`,
      );
    case 'too-many-requests':
      return makeBody(429, 'Too Many Requests', problem.detail);
    case 'header-too-large':
      return makeBody(
        431,
        'Request Header Fields Too Large',
        `the header must not be larger than ${problem.limit} bytes; the limit is the setting apiServer.maxHeaderSize`,
      );
    case 'unavailable':
      return makeBody(503, problem.title, problem.detail);
    case 'internal':
      return makeBody(500, 'Internal Server Error', 'Internal Server Error');
  }
}

function makeBody(status: number, title: string, detail: string, violations: readonly Violation[] = []): ProblemBody {
  const parameters = violations.map(({ field, message }) => ({ field, reason: message }));
  const causes = violations.map(({ field, message }) => ({ field, message }));
  return {
    type: '/std-errors',
    status,
    title,
    detail,
    ...(violations.length === 0 ? {} : { invalid_parameters: parameters }),
    details: detail,
    ...(violations.length === 0 ? {} : { causes }),
  };
}
