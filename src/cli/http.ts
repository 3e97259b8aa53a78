import { Type } from 'typebox';
import { Check } from 'typebox/value';

import { err, ok, type Result } from '../lib/result.js';
import { describeError } from './describe-error.js';

/** What a server answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Texts of the `Warning` headers. */
  readonly warnings: readonly string[];
  /** Path of what the server has to say about a resource; undefined when it has nothing to say. */
  readonly describedBy: string | undefined;
}

/** Where a server with default settings on this host answers. */
export const defaultServer = 'http://localhost:5681';

/** How long a server may take, in milliseconds. */
const timeout = 60_000;

/** Sends a request to the API; the error says that there was no answer. */
export async function send(
  server: string,
  method: 'GET' | 'PUT',
  path: string,
  body?: object,
): Promise<Result<Answer, string>> {
  try {
    const response = await fetch(`${server.replace(/\/+$/, '')}${path}`, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeout),
    });
    return ok({
      status: response.status,
      text: await response.text(),
      warnings: parseWarnings(response.headers.get('warning') ?? ''),
      describedBy: /<([^>]*)>; rel="describedby"/.exec(response.headers.get('link') ?? '')?.[1],
    });
  } catch (error) {
    return err(`no answer from ${server}: ${describeError(error)}; --server names another`);
  }
}

/** The quoted texts of `Warning` headers, which come joined by commas. */
const parseWarnings = (headers: string): readonly string[] =>
  [...headers.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replaceAll(/\\(.)/g, '$1'));

const Problem = Type.Object({
  title: Type.String(),
  detail: Type.String(),
  invalid_parameters: Type.Optional(Type.Array(Type.Object({ field: Type.String(), reason: Type.String() }))),
});

/** Why a server refused: the first line says what, each further one names a field. */
export function describeRefusal({ status, text }: Answer): readonly string[] {
  const body = parseJson(text);
  if (!Check(Problem, body)) return [`${status} ${text.trim()}`.trim()];
  const fields = body.invalid_parameters ?? [];
  return [
    `${body.title} (${body.detail})`,
    ...fields.map(({ field, reason }) => (field === '' ? reason : `${field}: ${reason}`)),
  ];
}

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
