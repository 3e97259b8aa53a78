import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { err, ok, type Result } from '../../lib/result.js';
import { describeError } from '../describe-error.js';

/** A text and the name it has in messages. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Reads a file, the YAML and JSON files of a folder in order of their names, or for `-` what `readInput` gives. */
export async function readSources(
  path: string,
  readInput: () => Promise<string>,
): Promise<Result<readonly Source[], string>> {
  try {
    if (path === '-') return ok([{ name: 'standard input', text: await readInput() }]);
    if (!statSync(path).isDirectory()) return ok([readSource(path)]);
    const names = readdirSync(path)
      .filter((name) => /\.(?:ya?ml|json)$/.test(name))
      .sort();
    return names.length === 0
      ? err(`${path}: no *.yaml, *.yml or *.json in this folder`)
      : ok(names.map((name) => readSource(join(path, name))));
  } catch (error) {
    return err(`cannot be read: ${describeError(error)}`);
  }
}

const readSource = (path: string): Source => ({ name: path, text: readFileSync(path, 'utf8') });
