import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse, stringify } from 'lossless-json';

/** One request to kuma-cp 2.5.11 and what it answered. */
export interface Recording {
  readonly id: string;
  readonly area: string;
  readonly method: string;
  readonly path: string;
  /** The body as it was sent, with its numbers as they were written; undefined for none. */
  readonly text: string | undefined;
  /** Absent when the answer is withheld: the request is carried out for the state it leaves. */
  readonly answer?: { readonly status: number; readonly body: unknown };
}

/** Reads recordings, in the order in which they were made. */
export function readRecordings(file: string): Recording[] {
  const lines = gunzipSync(readFileSync(new URL(file, import.meta.url)))
    .toString('utf8')
    .split('\n');
  return lines.filter((line) => line !== '').map(readRecording);
}

function readRecording(line: string): Recording {
  const { id, area, method, path, body, withheld, status, response } = JSON.parse(line) as Readonly<
    Record<string, unknown>
  >;
  return {
    id: String(id),
    area: String(area),
    method: String(method),
    path: String(path),
    text:
      body === null
        ? undefined
        : typeof body === 'string'
          ? body
          : stringify((parse(line) as { readonly body: unknown }).body),
    ...(withheld === true ? {} : { answer: { status: Number(status), body: response } }),
  };
}
