import { pino, type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';

import type { Settings } from '../settings/index.js';

/** Descriptor of the stream that is written to: standard output or standard error. */
export type LogDescriptor = 1 | 2;

/**
 * The server's log: JSON lines, or lines for people. Lines for people are written at once, JSON lines when the event loop
 * has done what it was at, those of many writes together: writing costs more than making them. What is left is written
 * when the process exits.
 */
export function createLog(
  { level, format }: Settings['log'],
  isInteractive: boolean,
  descriptor: LogDescriptor,
): Logger {
  const options = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return isPretty(format, isInteractive)
    ? pino(options, pretty({ destination: descriptor, sync: true, colorize: isInteractive, ignore: 'pid,hostname' }))
    : pino(options, gatherLines(descriptor));
}

function gatherLines(descriptor: LogDescriptor): DestinationStream {
  const out = pino.destination({ dest: descriptor, sync: true });
  let lines = '';
  const flush = (): void => {
    if (lines === '') return;
    const gathered = lines;
    lines = '';
    out.write(gathered);
  };
  process.once('exit', flush);
  return {
    write: (line) => {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}

/** True for lines for people. */
export const isPretty = (format: Settings['log']['format'], isInteractive: boolean): boolean =>
  format === 'pretty' || (format === 'auto' && isInteractive);
