import { Type } from 'typebox';
import { Check } from 'typebox/value';

import { err, ok, type Result } from '../lib/result.js';
import { describeRefusal, parseJson, send } from './http.js';

const Warnings = Type.Object({
  items: Type.Array(Type.Object({ code: Type.String(), field: Type.String(), message: Type.String() })),
});

/** One doubt of the server about a policy. */
export interface WarningView {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

/** Asks a server for the warnings about a policy; the error says why there is no answer. */
export async function fetchWarnings(
  server: string,
  path: string,
): Promise<Result<readonly WarningView[], readonly string[]>> {
  const answer = await send(server, 'GET', path);
  if (!answer.ok) return err([answer.error]);
  if (answer.value.status !== 200) return err([`GET ${path}: ${describeRefusal(answer.value).join('; ')}`]);
  const body = parseJson(answer.value.text);
  return Check(Warnings, body) ? ok(body.items) : err([`GET ${path}: the answer is no list of warnings`]);
}

/** `zero-weight at spec.to[0]: all weights are 0`. */
export const describeWarning = ({ code, field, message }: WarningView): string =>
  `${code}${field === '' ? '' : ` at ${field}`}: ${message}`;
