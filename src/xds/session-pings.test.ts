import { EventEmitter } from 'node:events';
import type { ServerHttp2Session } from 'node:http2';

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { SessionPings } from './session-pings.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const interval = 15_000;

/** A session whose client answers pings or does not. */
class Session extends EventEmitter {
  destroyed = false;
  pings = 0;
  isSilent = false;

  ping(answer: (error: null) => void): boolean {
    if (this.destroyed) throw new Error('the session is destroyed');
    this.pings++;
    if (!this.isSilent) queueMicrotask(() => answer(null));
    return true;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

const watch = (pings: SessionPings, session = new Session()): Session => {
  pings.watch(session as unknown as ServerHttp2Session);
  return session;
};

it('pings each session once in an interval, at different times', async () => {
  const pings = new SessionPings(interval);
  const early = watch(pings);
  await vi.advanceTimersByTimeAsync(interval / 3);
  const late = watch(pings);
  await vi.advanceTimersByTimeAsync((interval * 2) / 3);
  expect([early.pings, late.pings]).toEqual([1, 0]);
  await vi.advanceTimersByTimeAsync(3 * interval);
  expect([early.pings, late.pings]).toEqual([4, 3]);
  expect([early.destroyed, late.destroyed]).toEqual([false, false]);
});

it('ends a session that does not answer within an interval', async () => {
  const session = watch(new SessionPings(interval));
  session.isSilent = true;
  await vi.advanceTimersByTimeAsync(interval);
  expect(session.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(interval);
  expect(session).toMatchObject({ destroyed: true, pings: 1 });
});

it('leaves alone what is destroyed and not closed yet', async () => {
  const session = watch(new SessionPings(interval));
  session.destroy();
  await vi.advanceTimersByTimeAsync(2 * interval);
  expect(session.pings).toBe(0);
});

it('rests while there are no sessions', async () => {
  const pings = new SessionPings(interval);
  watch(pings).emit('close');
  expect(vi.getTimerCount()).toBe(0);
  const next = watch(pings);
  await vi.advanceTimersByTimeAsync(interval);
  expect(next.pings).toBe(1);
});
