import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';

import { quoteGo } from '../lib/go-quote.js';
import { err, ok, type Result } from '../lib/result.js';
import type { DataSource } from '../model/data-source.js';
import { secretText, type SecretSpec } from '../model/secret.js';
import { parseStored } from '../store/spec-text.js';
import type { Precondition, Store } from '../store/store.js';

/** The text of a data source, and what must not change until what depends on it is stored. */
export interface LoadedSource {
  readonly text: string;
  readonly preconditions: readonly Precondition[];
}

/** Files with certificates and keys are small; a larger one is none. */
const maxFileSize = 1 << 20;

/** Loads the bytes of a data source of a mesh; the error is in Kuma's words. */
export async function loadDataSource(
  store: Store,
  mesh: string,
  source: DataSource,
): Promise<Result<LoadedSource, string>> {
  if (source.secret !== undefined) return loadSecret(store, mesh, source.secret);
  if (source.file !== undefined) return loadFile(source.file);
  const text = source.inlineString ?? Buffer.from(source.inline ?? '', 'base64').toString('utf8');
  return ok({ text, preconditions: [] });
}

async function loadSecret(store: Store, mesh: string, name: string): Promise<Result<LoadedSource, string>> {
  const key = { type: 'Secret', mesh, name };
  const stored = await store.get(key);
  if (stored === undefined) {
    return err(`could not load data: Resource not found: type="Secret" name=${quoteGo(name)} mesh=${quoteGo(mesh)}`);
  }
  return ok({
    text: secretText(parseStored(stored).spec as SecretSpec),
    preconditions: [{ check: 'unchanged', key, revision: stored.revision }],
  });
}

/** Only of files proper: a device or pipe may never end, or never begin. */
async function loadFile(path: string): Promise<Result<LoadedSource, string>> {
  const refuse = (reason: string): Result<never, string> => err(`could not load data: open ${path}: ${reason}`);
  try {
    if (!(await stat(path)).isFile()) return refuse('not a file');
    const bytes = await readBeginning(path, maxFileSize + 1);
    if (bytes.length > maxFileSize) return refuse(`larger than ${maxFileSize} bytes`);
    return ok({ text: bytes.toString('utf8'), preconditions: [] });
  } catch (cause) {
    return refuse(describeFailure(cause));
  }
}

async function readBeginning(path: string, length: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'no such file or directory';
    case 'EACCES':
      return 'permission denied';
    default:
      return `cannot be read (${code})`;
  }
}
