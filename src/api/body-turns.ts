/** How much of bodies is worked on in one turn of the event loop, in characters: some ten milliseconds. */
const charactersPerTurn = 65_536;

interface Waiting {
  readonly size: number;
  readonly begin: () => void;
}

/** Spreads the work on bodies over turns of the event loop, so that many that arrive at once hold up nothing else. */
export class BodyTurns {
  readonly #waiting: Waiting[] = [];
  #left = charactersPerTurn;
  #isScheduled = false;

  /** Begins at once, or after those that came before in one of the next turns. */
  take(size: number, begin: () => void): void {
    this.#waiting.push({ size, begin });
    this.#beginSome();
  }

  #beginSome(): void {
    while (this.#left > 0) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#left -= next.size;
      next.begin();
    }
    if (this.#left === charactersPerTurn || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#left = charactersPerTurn;
      this.#beginSome();
    });
  }
}
