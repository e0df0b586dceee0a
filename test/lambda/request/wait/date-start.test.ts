import { describe, expect, test } from 'vitest';
import type { UnreadableView } from '../../../../autosys/views.ts';
import type {
  JobEventsView,
  JobEventView,
} from '../../../../lambda/delivery/evidence/event-marker.ts';
import type { Entry } from '../../../../lambda/ledger/entry.ts';
import { toStartRequest } from '../../../../lambda/request/effect-request.ts';
import type { JobWait } from '../../../../lambda/request/stored-request.ts';
import { dateStart } from '../../../../lambda/request/wait/date-start.ts';
import type { StartFacts } from '../../../../lambda/request/wait/find-run.ts';
import { createReadJobDetails } from '../../../../lambda/request/wait/read-job-detail.ts';
import { toStartFacts } from '../../../../lambda/request/wait/start-facts.ts';
import { ace, aStoredRequest, nightMs } from './rig.ts';

/** The clock of the bridge is ahead: the run began before the send, by the two clocks. */
const processedAt = new Date(nightMs - 2_000);
const shownRun = { run: 1, startedAt: processedAt };

/**
 * Dates the start of a job whose run could not be read before it.
 *
 * @param answers what AutoSys lists, by the number of runs back. @default - it cannot be asked now
 */
async function date(
  answers?: readonly (JobEventsView | UnreadableView)[],
  {
    wait = {},
    sent = {},
    clockDiffers = false,
    lastRun = shownRun,
  }: {
    readonly wait?: Partial<JobWait>;
    readonly sent?: Partial<Entry['sent']>;
    readonly clockDiffers?: boolean;
    readonly lastRun?: { readonly run?: number; readonly startedAt?: Date };
  } = {},
) {
  const request = aStoredRequest({}, { before: { status: 'ON_HOLD', readMs: nightMs }, ...wait });
  const start = toStartRequest(request);
  if (start === undefined || request.wait === undefined) throw new Error('there is no start');
  const entry: Entry = {
    ...{ format: 1, ...start, stage: 'confirmed', dueMs: nightMs, tries: 0, history: [] },
    sent: { sentMs: nightMs, acceptedMs: nightMs, job: { active: false }, ...sent },
    confirmedMs: nightMs + 4_000,
  };
  const reads: number[] = [];
  const readJobDetail = createReadJobDetails({ now: () => new Date(nightMs) })(ace, (read) => {
    if (answers === undefined) return Promise.resolve({ kind: 'stop', reason: 'away' });
    const port = {
      readJob: () => Promise.reject(new Error('the job is not read')),
      readJobEvents: (_: unknown, { runsBack }: { readonly runsBack: number }) => {
        reads.push(runsBack);
        return Promise.resolve(answers[runsBack] ?? { kind: 'events' as const, events: [] });
      },
    };
    return read({ drainPerSecond: 20, port }, new AbortController().signal).then((answer) => ({
      kind: 'answered',
      answer,
    }));
  });
  const facts = toStartFacts(entry, clockDiffers);
  const job = { status: 'SUCCESS', onNoExec: false, lastRun } as const;
  const dated: StartFacts = await dateStart(
    { facts, entry },
    { wait: request.wait, job },
    readJobDetail,
  );
  return { facts, dated, reads };
}

function aList(...events: readonly Partial<JobEventView>[]): JobEventsView {
  const request = aStoredRequest();
  const id = toStartRequest(request)?.cause.eventId;
  const line = { kind: 'event', name: 'STARTJOB', state: 'PD', text: `<AWS request, event ${id}>` };
  return { kind: 'events', events: events.map((one) => ({ ...line, ...one }) as JobEventView) };
}

describe('a start whose job could not be read before it', () => {
  test('has the time at which AutoSys processed it', async () => {
    const { dated } = await date([aList({ at: processedAt })]);

    expect(dated).toMatchObject({ kind: 'delivered', sentAt: processedAt, sentMs: nightMs });
  });

  test('is found with a previous run, too', async () => {
    const { dated, reads } = await date([aList(), aList(), aList({ at: processedAt })]);

    expect(dated).toMatchObject({ sentAt: processedAt });
    expect(reads).toEqual([0, 1, 2]);
  });

  test('has no time while AutoSys cannot be asked, so no run is taken for it', async () => {
    const { dated } = await date(undefined);

    expect(dated).toMatchObject({ kind: 'delivered', sentMs: nightMs });
    expect(dated).not.toHaveProperty('sentAt');
  });

  test.each([
    ['does not list it', [aList({ text: '<another event>' })]],
    ['lists it without a time', [aList({})]],
    ['lists it as not processed yet', [aList({ at: processedAt, state: 'UP' })]],
    ['has no list of events', [{ kind: 'unreadable', reason: 'no list', isLacking: true }]],
  ] as const)('keeps the time of the bridge if AutoSys %s', async (_, answers) => {
    const { dated, facts } = await date(answers);

    expect(dated).toEqual(facts);
    expect(facts).toHaveProperty('sentAt');
  });
});

describe('nothing is read', () => {
  test.each([
    ['the number of the run before is known', { wait: { before: { status: 'SUCCESS', run: 1 } } }],
    ['its start is known', { wait: { before: { status: 'SUCCESS', startedMs: 1 } } }],
    ['the number was read before the send', { sent: { job: { active: false, run: 1 } } }],
    ['the run is identified', { wait: { run: { run: 1 } } }],
    ['the job shows no start', { lastRun: { run: 1 } }],
    ['the clocks differ by minutes', { clockDiffers: true }],
  ] as const)('if %s', async (_, over) => {
    const { dated, facts, reads } = await date([aList({ at: processedAt })], over);

    expect(dated).toEqual(facts);
    expect(reads).toEqual([]);
  });
});
