import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';

/** A real Envoy. */
export interface EnvoyProcess {
  /** A counter or gauge; 0 when it does not have it (yet). */
  stat(name: string): Promise<number>;
  /** What it wrote to its log: warnings and worse. */
  readonly log: () => string;
  close(): Promise<void>;
}

export interface EnvoyOptions {
  readonly binary: string;
  /** File for the bootstrap. */
  readonly file: string;
  /** YAML. */
  readonly bootstrap: string;
  readonly adminPort: number;
  /** Seconds that connections of a listener that was replaced are left. */
  readonly drainTime: number;
}

/** Starts an Envoy with a bootstrap. */
export function startEnvoy({ binary, file, bootstrap, adminPort, drainTime }: EnvoyOptions): EnvoyProcess {
  writeFileSync(file, bootstrap);
  const child = spawn(
    binary,
    [
      ...['-c', file, '--disable-hot-restart', '--concurrency', '1', '--log-level', 'warning'],
      ...['--drain-time-s', String(drainTime), '--file-flush-interval-msec', '100'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (data: Buffer) => (log += data.toString()));
  const exit = once(child, 'exit');
  return {
    stat: async (name) => {
      const filter = encodeURIComponent(`^${name.replaceAll('.', '\\.')}$`);
      const answer = await fetch(`http://127.0.0.1:${adminPort}/stats?filter=${filter}`).catch(() => undefined);
      return Number(/: (\d+)/.exec((await answer?.text()) ?? '')?.[1] ?? 0);
    },
    log: () => log,
    close: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
