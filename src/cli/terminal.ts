import { homedir } from 'node:os';
import { text } from 'node:stream/consumers';
import { isatty } from 'node:tty';

/** What the commands have of the process they run in. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Home folder of the user. */
  readonly home: string;
  /** True when a person sees the output. */
  readonly isInteractive: boolean;
  /** Writes lines of output; the line feed at the end is added. */
  readonly print: (lines: string) => void;
  /** Writes lines about what went wrong; the line feed at the end is added. */
  readonly complain: (lines: string) => void;
  /** Everything from standard input. */
  readonly readInput: () => Promise<string>;
  /** Resolves with the first SIGINT or SIGTERM from now on; a second one ends the process at once. */
  readonly waitForSignal: () => Promise<NodeJS.Signals>;
  /** Calls back at each SIGHUP from now on. */
  readonly onHangup: (act: () => void) => void;
  /** Ends the process although something still runs. */
  readonly exit: (code: number) => void;
}

const signalNumbers = { SIGINT: 2, SIGTERM: 15 } as const;

/** The process itself. */
export function openProcessTerminal(): Terminal {
  // a reader that has seen enough (`| head`) is no failure
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env: process.env,
    home: homedir(),
    isInteractive: isatty(1),
    print: (lines) => void process.stdout.write(`${lines}\n`),
    complain: (lines) => void process.stderr.write(`${lines}\n`),
    readInput: () => text(process.stdin),
    waitForSignal: () =>
      new Promise((resolve) => {
        let isFirst = true;
        const receive = (signal: keyof typeof signalNumbers): void => {
          if (!isFirst) process.exit(128 + signalNumbers[signal]);
          isFirst = false;
          resolve(signal);
        };
        process.on('SIGINT', receive);
        process.on('SIGTERM', receive);
      }),
    onHangup: (act) => void process.on('SIGHUP', act),
    exit: (code) => process.exit(code),
  };
}
