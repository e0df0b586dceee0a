import { describe, expect, test } from 'vitest';
import {
  AutosysOutcomeUnknownError,
  AutosysUnauthorizedError,
  AutosysUnreachableError,
} from '../../../autosys/errors.ts';
import type { AutosysEvent } from '../../../autosys/event.ts';
import { parseJobName } from '../../../autosys/names.ts';
import { longestSleepMs, send, sendMarginMs } from '../../../lambda/delivery/send.ts';

const job = parseJobName('REPAIR');
const hold: AutosysEvent = { kind: 'JOB_ON_HOLD', job };
const unreached = () => new AutosysUnreachableError({ endpoint: 'a:9443', reason: 'refused' });
const noReply = () => new AutosysOutcomeUnknownError({ doing: 'JOB_ON_HOLD', reason: 'reset' });
const lockout = () => new AutosysUnauthorizedError({ doing: 'x', httpStatus: 401, said: '' });

/**
 * Sends with a lease that ends at `leaseUntilMs`; each attempt gets the next answer, each wait
 * takes `waitMs`.
 */
async function sendWith(
  event: AutosysEvent,
  leaseUntilMs: number,
  answers: (Error | undefined)[],
  waitMs = 1_000,
) {
  let nowMs = 0;
  let sent = 0;
  const delivery = await send(
    event,
    {
      sender: {
        sendEvent: async () => {
          sent += 1;
          const answer = answers.shift();
          if (answer) throw answer;
        },
      },
      decideNext: () => (answers.length > 0 ? { kind: 'wait', ms: waitMs } : { kind: 'stop' }),
      now: () => new Date(nowMs),
      sleep: async (ms) => {
        nowMs += ms;
      },
      leaseUntilMs,
    },
    new AbortController().signal,
  );
  return { delivery, sent };
}

describe('a request', () => {
  test.for([
    { leftMs: sendMarginMs, sent: 1, kind: 'accepted' },
    { leftMs: sendMarginMs - 1, sent: 0, kind: 'withheld' },
    { leftMs: -1, sent: 0, kind: 'withheld' },
  ])('with $leftMs ms of the lease left is $kind', async ({ leftMs, sent, kind }) => {
    expect(await sendWith(hold, leftMs, [])).toMatchObject({ sent, delivery: { kind } });
  });

  test('is withheld if the lease ran short during the wait before the next attempt', async () => {
    const done = await sendWith(hold, sendMarginMs, [unreached(), undefined]);

    expect(done).toMatchObject({
      sent: 1,
      delivery: { kind: 'withheld', error: { code: 'BRIDGE_LEASE_SHORT' } },
    });
  });

  test.for([
    { waitMs: longestSleepMs, sent: 2, kind: 'accepted' },
    { waitMs: longestSleepMs + 1, sent: 1, kind: 'unreached' },
  ])('that is to wait $waitMs ms for its next try is $kind', async ({ waitMs, sent, kind }) => {
    const done = await sendWith(hold, 100_000, [unreached(), undefined], waitMs);

    expect(done).toMatchObject({ sent, delivery: { kind } });
  });

  test.for([
    { after: 'was not reached', next: unreached(), leaseMs: 100_000, kind: 'unknown' },
    { after: 'may not be made', next: unreached(), leaseMs: sendMarginMs, kind: 'unknown' },
    { after: 'was refused the login', next: lockout(), leaseMs: 100_000, kind: 'unreached' },
  ])('that may have arrived stays $kind when the next try $after', async (row) => {
    const done = await sendWith(hold, row.leaseMs, [noReply(), row.next]);

    expect(done.delivery.kind).toBe(row.kind);
  });
});
