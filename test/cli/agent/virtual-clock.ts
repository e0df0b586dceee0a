import type { AgentClock } from '../../../cli/agent/agent-io.ts';

/** A clock that tests move. */
export interface VirtualClock extends AgentClock {
  /** Runs the next timer. Returns false if there is none. */
  readonly runNext: () => Promise<boolean>;
  /** Runs every timer that is due within a time, and moves on to its end. */
  readonly advance: (ms: number) => Promise<void>;
}

/** Start of every test. */
export const testStart = Date.parse('2026-11-20T02:13:00Z');

/** Creates a clock that stands still between calls. */
export function createVirtualClock(): VirtualClock {
  const timers = new Map<number, { readonly at: number; readonly callback: () => void }>();
  let now = testStart;
  let nextId = 0;
  const findNext = () =>
    [...timers].toSorted(([one, a], [other, b]) => a.at - b.at || one - other)[0];
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const fire = async (id: number, { at, callback }: { at: number; callback: () => void }) => {
    timers.delete(id);
    now = Math.max(now, at);
    callback();
    await settle();
  };
  return {
    now: () => now,
    setTimer(ms, callback) {
      nextId += 1;
      const id = nextId;
      timers.set(id, { at: now + ms, callback });
      return () => timers.delete(id);
    },
    async runNext() {
      await settle();
      const next = findNext();
      if (next === undefined) return false;
      await fire(...next);
      return true;
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let next = findNext(); next && next[1].at <= until; next = findNext())
        await fire(...next);
      now = until;
    },
  };
}
