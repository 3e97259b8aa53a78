import { isDeepStrictEqual } from 'node:util';

import { err, ok, type Result } from '../../lib/result.js';
import { describeWarning, fetchWarnings } from '../fetch-warnings.js';
import { describeRefusal, parseJson, send, type Answer } from '../http.js';
import type { Terminal } from '../terminal.js';
import { parseDocuments } from './parse-documents.js';
import { readSources, type Source } from './read-sources.js';
import { toPut, type Put, type SendableKind } from './to-put.js';

/** What came of a document that was sent. */
export type Outcome = 'created' | 'configured' | 'unchanged';

export interface ApplyOptions {
  /** Files, folders, or `-`. */
  readonly file: readonly string[];
  readonly server: string;
  /** Print what would be sent, and send nothing. */
  readonly dryRun?: boolean;
}

/**
 * `skein apply`: sends the documents of files. Nothing is sent unless all of them can be read; a document that the
 * server refuses does not keep the others back. Returns the exit code.
 */
export async function apply(
  { file, server, dryRun = false }: ApplyOptions,
  kinds: readonly SendableKind[],
  terminal: Terminal,
): Promise<number> {
  const puts = await readPuts(file, kinds, terminal.readInput);
  if (!puts.ok) {
    terminal.complain(puts.error.join('\n'));
    return 1;
  }
  if (dryRun) {
    for (const { label, path } of puts.value) terminal.print(`${label} would be sent: PUT ${path}`);
    return 0;
  }
  return (await sendAll(puts.value, server, terminal)) ? 0 : 1;
}

/** Reads the requests of files, in the order in which they are to be sent; the error has a line for each mistake. */
export async function readPuts(
  paths: readonly string[],
  kinds: readonly SendableKind[],
  readInput: () => Promise<string>,
): Promise<Result<readonly Put[], readonly string[]>> {
  const puts: Put[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    const sources = await readSources(path, readInput);
    const read = sources.ok ? toPuts(sources.value, kinds) : err([sources.error]);
    if (read.ok) puts.push(...read.value);
    else problems.push(...read.error);
  }
  if (problems.length === 0 && puts.length === 0) problems.push(`no documents in ${paths.join(', ')}`);
  return problems.length === 0 ? ok(orderPuts(puts)) : err(problems);
}

/** The requests of all documents of all sources; the error has a line for each mistake. */
export function toPuts(
  sources: readonly Source[],
  kinds: readonly SendableKind[],
): Result<readonly Put[], readonly string[]> {
  const puts: Put[] = [];
  const problems: string[] = [];
  for (const { name, text } of sources) {
    const documents = parseDocuments(text, name);
    if (!documents.ok) problems.push(...documents.error);
    for (const { where, value } of documents.ok ? documents.value : []) {
      const put = toPut(value, kinds);
      if (put.ok) puts.push(put.value);
      else problems.push(`${where}: ${put.error}`);
    }
  }
  return problems.length === 0 ? ok(puts) : err(problems);
}

/** Secrets before the meshes whose CA they may hold, meshes before what is in them, otherwise as given. */
export const orderPuts = (puts: readonly Put[]): readonly Put[] =>
  [...puts].sort((a, b) => rankOf(a.type) - rankOf(b.type));

const rankOf = (type: string): number => (type === 'Secret' ? 0 : type === 'Mesh' ? 1 : 2);

/** A document that was taken. */
interface Success {
  readonly outcome: Outcome;
  readonly warnings: readonly string[];
}

/** Why a document was not taken. */
interface Failure {
  readonly lines: readonly string[];
  /** There was no answer, so that the others need not be tried. */
  readonly isUnreachable: boolean;
}

/** Sends the requests one after the other and prints what came of each. True when all were taken. */
export async function sendAll(
  puts: readonly Put[],
  server: string,
  terminal: Pick<Terminal, 'print' | 'complain'>,
): Promise<boolean> {
  let allTaken = true;
  for (const put of puts) {
    const outcome = await sendPut(put, server);
    if (outcome.ok) {
      terminal.print(`${put.label} ${outcome.value.outcome}`);
      for (const warning of outcome.value.warnings) terminal.complain(`${put.label} warning: ${warning}`);
      continue;
    }
    allTaken = false;
    const [first = '', ...others] = outcome.error.lines;
    terminal.complain([`${put.label} not applied: ${first}`, ...others.map((line) => `  ${line}`)].join('\n'));
    if (outcome.error.isUnreachable) break;
  }
  return allTaken;
}

async function sendPut({ path, body }: Put, server: string): Promise<Result<Success, Failure>> {
  const before = await send(server, 'GET', path);
  if (!before.ok) return err({ lines: [before.error], isUnreachable: true });
  if (before.value.status !== 200 && before.value.status !== 404) return err(toFailure(before.value));
  const answer = await send(server, 'PUT', path, body);
  if (!answer.ok) return err({ lines: [answer.error], isUnreachable: true });
  const warnings = await collectWarnings(server, answer.value);
  if (answer.value.status === 201) return ok({ outcome: 'created', warnings });
  if (answer.value.status !== 200) return err(toFailure(answer.value));
  const after = await send(server, 'GET', path);
  if (!after.ok) return err({ lines: [after.error], isUnreachable: true });
  return ok({ outcome: isSameResource(before.value.text, after.value.text) ? 'unchanged' : 'configured', warnings });
}

/** What the server says of the body, and of the resource; unknown fields are in both. */
async function collectWarnings(server: string, { warnings, describedBy }: Answer): Promise<readonly string[]> {
  if (describedBy === undefined) return warnings;
  const found = await fetchWarnings(server, describedBy);
  if (!found.ok) return [...warnings, ...found.error];
  const others = found.value.filter(({ code }) => code !== 'unknown-field');
  return [...warnings, ...others.map(describeWarning)];
}

const toFailure = (answer: Answer): Failure => ({ lines: describeRefusal(answer), isUnreachable: false });

/** True when two answers show the same resource; the time of the last PUT is no part of it. */
export const isSameResource = (a: string, b: string): boolean =>
  isDeepStrictEqual(withoutModification(a), withoutModification(b));

function withoutModification(text: string): unknown {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null ? { ...value, modificationTime: undefined } : text;
}
