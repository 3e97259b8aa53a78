import type { Problem } from '../model/problem.js';
import { describeProblem } from './problem-body.js';

interface Refusal {
  readonly description: string;
  /** What an answer with the status may say; absent when only the router gives it, in plain text. */
  readonly problem?: Problem;
  /** What the router answers in plain text. */
  readonly text?: string;
}

const refusals = {
  400: {
    description: 'The request is not valid; every violation is named.',
    problem: {
      problem: 'invalid',
      title: 'Could not process a resource',
      violations: [{ field: 'spec.targetRef.kind', message: 'must be defined' }],
    },
    text: '400: Bad Request',
  },
  401: {
    description: 'The token in the Authorization header does not hold.',
    problem: { problem: 'unauthenticated' },
  },
  403: {
    description: 'The client may not do this.',
    problem: {
      problem: 'forbidden',
      detail: 'user "mesh-system:anonymous/mesh-system:unauthenticated" cannot write without authentication',
    },
  },
  404: {
    description: 'There is no such resource, or no such path: a name holds no slash.',
    problem: { problem: 'not-found', title: 'Could not retrieve a resource' },
    text: '404: Page Not Found',
  },
  405: { description: 'The resource cannot be written.', problem: { problem: 'method-not-allowed' } },
  406: {
    description: 'The client does not accept JSON, or sends neither a body nor its type.',
    text: '406: Not Acceptable\n\nAvailable representations: application/json',
  },
  409: {
    description: 'The write lost against others too often; try it again.',
    problem: {
      problem: 'conflict',
      detail: 'resource conflict: type="MeshTCPRoute" name="tcp-route-1" mesh="default"',
    },
  },
  412: {
    description: 'If-Match or If-None-Match does not hold.',
    problem: {
      problem: 'precondition-failed',
      detail: 'If-Match does not hold: the resource exists with ETag "7"; read it again',
    },
  },
  413: {
    description: 'The body is larger than the setting apiServer.bodyLimit.',
    problem: { problem: 'body-too-large', limit: 1_048_576 },
  },
  415: { description: 'The body is not said to be JSON.', text: '415: Unsupported Media Type' },
  429: {
    description: 'The address of the client has too many connections or requests open.',
    problem: {
      problem: 'too-many-requests',
      detail: 'this address has too many requests open; the limit is the setting apiServer.maxConnectionsPerAddress',
    },
  },
  431: {
    description: 'The header is larger than the setting apiServer.maxHeaderSize.',
    problem: { problem: 'header-too-large', limit: 16_384 },
  },
  500: { description: 'A failure of the server; its cause is in the log.', problem: { problem: 'internal' } },
  503: {
    description: 'Something that is needed is not there at the moment.',
    problem: { problem: 'unavailable', title: 'Service Unavailable', detail: 'the store cannot be used at the moment' },
  },
} as const satisfies Readonly<Record<number, Refusal>>;

/** Statuses of refusals. */
export type RefusalStatus = keyof typeof refusals;

/** What a refusal means. */
export const describeRefusal = (status: RefusalStatus): string => refusals[status].description;

/** True for the statuses of refusals, as keys of a document. */
export const isRefusal = (status: string): boolean => Object.hasOwn(refusals, status);

/** The refusals as components of an OpenAPI document: name (`Status404`) to answer. */
export const refusalComponents = (headers: object): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries<Refusal>(refusals).map(([status, { description, problem, text }]) => [
      `Status${status}`,
      {
        description,
        headers,
        content: {
          ...(problem === undefined
            ? {}
            : {
                'application/json': {
                  schema: { $ref: '#/components/schemas/Problem' },
                  example: describeProblem(problem),
                },
              }),
          ...(text === undefined ? {} : { 'text/plain': { schema: { type: 'string' }, example: text } }),
        },
      },
    ]),
  );

/** A reference to the component of a status. */
export const refusalReference = (status: string): { readonly $ref: string } => ({
  $ref: `#/components/responses/Status${status}`,
});
