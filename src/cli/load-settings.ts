import { readFileSync } from 'node:fs';

import { err, type Result } from '../lib/result.js';
import { parseSettings, type ParsedSettings } from '../settings/index.js';
import { describeError } from './describe-error.js';
import type { Terminal } from './terminal.js';

/** Reads the settings of this process; the error has one line for each thing that is wrong. */
export function loadSettings(
  configFile: string | undefined,
  { env, home }: Terminal,
): Result<ParsedSettings, readonly string[]> {
  let fileText: string | undefined;
  try {
    fileText = configFile === undefined ? undefined : readFileSync(configFile, 'utf8');
  } catch (error) {
    return err([`the configuration file cannot be read: ${describeError(error)}`]);
  }
  return parseSettings({ env, home, fileText, fileName: configFile });
}
