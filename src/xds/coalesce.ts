/** Runs something again and again, as often as it is asked for, but at most once in a while. */
export interface Coalesced {
  /** Asks for a run: at once after a quiet time, otherwise when the interval since the last one began is over. */
  ask(): void;
  /** No further runs. */
  stop(): void;
}

/**
 * The first run of a quiet time begins with the next turn of the event loop, later ones are brought together: one per
 * interval (milliseconds). Runs do not overlap.
 */
export function coalesce(interval: number, run: () => Promise<void>): Coalesced {
  let lastBegin = -Infinity;
  let isAsked = false;
  let isRunning = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    if (!isAsked || isRunning || isStopped || timer !== undefined) return;
    timer = setTimeout(begin, Math.max(0, lastBegin + interval - performance.now()));
  };
  const begin = (): void => {
    timer = undefined;
    isAsked = false;
    isRunning = true;
    lastBegin = performance.now();
    void run().finally(() => {
      isRunning = false;
      schedule();
    });
  };
  return {
    ask: () => {
      isAsked = true;
      schedule();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Gives others a turn as soon as this one has taken so many milliseconds. */
export function takeTurns(milliseconds: number): () => Promise<void> | undefined {
  let begin = performance.now();
  return () => {
    if (performance.now() - begin < milliseconds) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        begin = performance.now();
        resolve();
      });
    });
  };
}
