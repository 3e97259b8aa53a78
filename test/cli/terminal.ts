import type { Terminal } from '../../src/cli/terminal.js';

/** A terminal that remembers what was written to it. */
export interface TestTerminal extends Terminal {
  readonly printed: () => string;
  readonly complained: () => string;
}

/** No signal ever comes, and the input is the text given. */
export function openTestTerminal({
  env = {},
  input = '',
}: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {}): TestTerminal {
  const printed: string[] = [];
  const complained: string[] = [];
  return {
    env,
    home: '/home/me',
    isInteractive: false,
    print: (lines) => void printed.push(lines),
    complain: (lines) => void complained.push(lines),
    readInput: () => Promise.resolve(input),
    waitForSignal: () => new Promise(() => undefined),
    onHangup: () => undefined,
    exit: (code) => {
      throw new Error(`exit ${code}`);
    },
    printed: () => printed.join('\n'),
    complained: () => complained.join('\n'),
  };
}
