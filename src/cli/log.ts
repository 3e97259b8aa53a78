import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

import type { Settings } from '../settings/index.js';

/** Descriptor of the stream that is written to: standard output or standard error. */
export type LogDescriptor = 1 | 2;

/** The server's log: JSON lines, or lines for people. Lines are written at once, so that none is lost at the end. */
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
    : pino(options, pino.destination({ dest: descriptor, sync: true }));
}

/** True for lines for people. */
export const isPretty = (format: Settings['log']['format'], isInteractive: boolean): boolean =>
  format === 'pretty' || (format === 'auto' && isInteractive);
