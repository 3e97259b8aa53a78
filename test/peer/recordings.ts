import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse, stringify } from 'lossless-json';

/** One request to kuma-cp 2.5.11 and what it answered. */
export interface Recording {
  readonly id: string;
  /** Kind or part of the API that the request is about. */
  readonly area: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was sent, with its numbers as they were written; undefined for none. */
  readonly text: string | undefined;
  /** Absent when the answer is withheld: the request is carried out for the state it leaves. */
  readonly answer?: {
    /** Every status that is as good. */
    readonly statuses: readonly number[];
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
    /** Lists come in any order. */
    readonly unordered: boolean;
  };
}

/** One mesh, what was asked of it, and what kuma-cp 2.5.11 answered. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly resources: readonly RecordedResource[];
  readonly deletes?: readonly string[];
  /** Path and status of each PUT that is refused. */
  readonly putErrors?: readonly (readonly [path: string, status: number])[];
  readonly requests: readonly {
    readonly path: string;
    /** Absent = 200; 0 = the connection was cut. */
    readonly status?: number;
    readonly response: unknown;
    readonly compare?: 'unordered' | 'any-of';
  }[];
}

export interface RecordedResource {
  readonly type: string;
  readonly mesh?: string;
  readonly name: string;
}

/** The lines of a compressed file beside this one, as texts. */
export const readLines = (file: string): string[] =>
  gunzipSync(readFileSync(new URL(file, import.meta.url)))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');

/** Reads requests and answers, in the order in which they were made. */
export const readRecordings = (file: string): Recording[] => readLines(file).map(readRecording);

/** Reads scenarios; each begins with an empty server. */
export const readScenarios = (file: string): Scenario[] => readLines(file).map((line) => JSON.parse(line) as Scenario);

function readRecording(line: string): Recording {
  const { id, area, method, path, headers, body, withheld, status, status_any, response, response_headers, unordered } =
    JSON.parse(line) as Readonly<Record<string, unknown>>;
  return {
    id: String(id),
    area: String(area),
    method: String(method),
    path: String(path),
    headers: (headers ?? {}) as Record<string, string>,
    text:
      body === null || body === undefined
        ? undefined
        : typeof body === 'string'
          ? body
          : stringify((parse(line) as { readonly body: unknown }).body),
    ...(withheld === true
      ? {}
      : {
          answer: {
            statuses: [Number(status), ...((status_any ?? []) as number[])],
            headers: (response_headers ?? {}) as Record<string, string>,
            body: response,
            unordered: unordered === true,
          },
        }),
  };
}
