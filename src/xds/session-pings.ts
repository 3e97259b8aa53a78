import type { ServerHttp2Session } from 'node:http2';

/** Within one interval the sessions take so many turns: the process wakes for a turn, not for a session. */
const turnCount = 15;

/** Finds out that clients have gone without a word: proxies behind a half-open connection are not online. */
export class SessionPings {
  readonly #interval: number;
  readonly #turns = Array.from({ length: turnCount }, () => new Set<ServerHttp2Session>());
  readonly #unanswered = new WeakSet<ServerHttp2Session>();
  #turn = 0;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval milliseconds between two pings of a session, and those a client has to answer one */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Pings it until it is closed, from one interval on; what does not answer until its next turn is destroyed. */
  watch(session: ServerHttp2Session): void {
    const turn = this.#turns[this.#turn];
    turn?.add(session);
    this.#count++;
    this.#timer ??= setInterval(() => {
      this.#takeTurn();
    }, this.#interval / turnCount).unref();
    session.once('close', () => {
      turn?.delete(session);
      this.#count--;
      if (this.#count > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
  }

  #takeTurn(): void {
    this.#turn = (this.#turn + 1) % turnCount;
    for (const session of this.#turns[this.#turn] ?? []) {
      // its connection is not closed yet
      if (session.destroyed) continue;
      if (this.#unanswered.has(session)) session.destroy();
      else if (session.ping((error) => error === null && this.#unanswered.delete(session)))
        this.#unanswered.add(session);
    }
  }
}
