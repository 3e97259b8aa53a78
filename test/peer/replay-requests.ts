import type { OutgoingHttpHeaders } from 'node:http';

import type { LightMyRequestResponse } from 'fastify';

import { ApiDocument } from '../api/document.js';
import { startServer, type TestServer } from '../api/fixture.js';
import { compare } from './compare.js';
import { differenceOf } from './differences.js';
import type { Recording } from './recordings.js';

/** What came of a replay. */
export interface Replay {
  /** Recordings that are answered otherwise, with how. */
  readonly failures: readonly string[];
  readonly compared: number;
  /** Answers that are otherwise than the OpenAPI document says. */
  readonly undocumented: readonly string[];
  /** Recordings that a deliberate difference excuses although they are answered as recorded. */
  readonly stale: readonly string[];
}

/** Clients on this host are administrators only when they name it so. */
const host = 'localhost:5681';
const base = `http://${host}`;

/**
 * Sends all requests in order to a fresh server and compares the answers .
 * Structure, order of keys, status, type of content and `Allow` count.
 */
export async function replayRequests(recordings: readonly Recording[]): Promise<Replay> {
  const server = await startServer({}, false);
  const replay = { failures: [] as string[], compared: 0, stale: [] as string[], undocumented: [] as string[] };
  const document = new ApiDocument(server.app);
  try {
    for (const recording of recordings) {
      const response = await send(server, recording);
      replay.undocumented.push(...document.compare(recording.method, recording.path, response));
      const lines = compareAnswer(recording, response);
      if (lines === undefined) continue;
      if (differenceOf.has(recording.id)) {
        if (lines.length === 0) replay.stale.push(recording.id);
        continue;
      }
      replay.compared++;
      if (lines.length > 0)
        replay.failures.push(`${recording.id} ${recording.method} ${recording.path}\n  ${lines.join('\n  ')}`);
    }
  } finally {
    await server.close();
  }
  return replay;
}

const send = ({ app }: TestServer, { method, path, headers, text }: Recording): Promise<LightMyRequestResponse> =>
  app.inject({
    method: method as 'GET',
    url: path,
    headers: { ...headers, host: headers['Host'] ?? host },
    ...(text === undefined ? {} : { payload: text }),
  });

/** Differences as lines; undefined when the answer is withheld. */
function compareAnswer({ answer }: Recording, response: LightMyRequestResponse): readonly string[] | undefined {
  if (answer === undefined) return undefined;
  if (!answer.statuses.includes(response.statusCode))
    return [`status: expected ${answer.statuses.join(' or ')}, got ${response.statusCode} ${response.body}`];
  const isJson = String(response.headers['content-type'] ?? '').includes('json');
  const got: unknown = isJson ? JSON.parse(response.body) : response.body;
  const want: unknown = JSON.parse(JSON.stringify(answer.body).replaceAll('<BASE>', base));
  const lines = [...compareHeaders(answer.headers, response.headers), ...compare(want, got, answer.unordered)];
  return lines.length > 0 || answer.unordered ? lines : compareOrder(want, got);
}

function compareHeaders(want: Readonly<Record<string, string>>, got: OutgoingHttpHeaders): string[] {
  return Object.entries(want).flatMap(([name, recorded]) => {
    const answered = [got[name.toLowerCase()] ?? ''].flat().join();
    const [expected, found] =
      name.toLowerCase() === 'content-type'
        ? [recorded.split(';', 1)[0], answered.split(';', 1)[0]]
        : [recorded.replaceAll('<BASE>', base), answered];
    return recorded === '<ANY>' || expected === found ? [] : [`header ${name}: expected ${expected}, got ${found}`];
  });
}

/** Objects whose keys come in another order than recorded. */
function compareOrder(want: unknown, got: unknown, at = '$'): string[] {
  if (typeof want !== 'object' || want === null || typeof got !== 'object' || got === null) return [];
  const [wanted, found] = [Object.keys(want), Object.keys(got)];
  const here =
    wanted.join() === found.join() ? [] : [`${at}: keys in the order ${found.join()} instead of ${wanted.join()}`];
  return [
    ...here,
    ...wanted.flatMap((key) =>
      compareOrder((want as Record<string, unknown>)[key], (got as Record<string, unknown>)[key], `${at}.${key}`),
    ),
  ];
}
