import { describe, expect, test } from 'vitest';
import { JobNotFoundError } from '../../../autosys/errors.ts';
import type { AutosysEvent } from '../../../autosys/event.ts';
import { parseComment, parseJobName } from '../../../autosys/names.ts';
import type { JobView } from '../../../autosys/views.ts';
import { type AutosysReader, confirm } from '../../../lambda/delivery/confirm.ts';
import type {
  JobEventsView,
  JobEventView,
} from '../../../lambda/delivery/evidence/event-marker.ts';

const job = parseJobName('REPAIR');
const comment = parseComment('AWS run-1 FAILED, event e1');
const start: AutosysEvent = { kind: 'FORCE_STARTJOB', job, comment };
const signal: AutosysEvent = { kind: 'SEND_SIGNAL', job, signals: '9', comment };
const sentAt = new Date(Date.UTC(2026, 0, 1, 12));

const line = (over: Partial<JobEventView> = {}): JobEventView => ({
  kind: 'event',
  name: 'FORCE_STARTJOB',
  state: 'PD',
  at: sentAt,
  text: comment,
  ...over,
});
const ran: JobView = { status: 'RUNNING', onNoExec: false, lastRun: { run: 8 } };
const idle: JobView = { status: 'INACTIVE', onNoExec: false, lastRun: { run: 7 } };
const cannotTell: JobEventsView = { kind: 'unreadable', reason: 'no command/run' };

interface Scene {
  readonly event?: AutosysEvent;
  readonly view?: JobView;
  /** Key: the number of runs back. */
  readonly events?: readonly (readonly JobEventView[])[] | JobEventsView;
  readonly acknowledged?: boolean;
  readonly credited?: boolean;
  readonly marked?: boolean;
  readonly clockDiffers?: boolean;
}

/** One read, long after the event was sent. */
function lookAt(scene: Scene) {
  const { event = start, view = ran, events = [[line()]], acknowledged = false } = scene;
  const { credited = true, marked = true, clockDiffers = false } = scene;
  const reader: AutosysReader = {
    readJob: async () => view,
    readGlobalVariable: async () => ({ kind: 'unset' }),
    readJobEvents: async (_, { runsBack }) =>
      'kind' in events ? events : { kind: 'events', events: events[runsBack] ?? [] },
  };
  const sending = {
    ...(marked && { mark: 'e1' }),
    sentAt,
    acknowledged,
    attributeRun: async () => credited,
  };
  const now = () => sentAt;
  const sleep = async () => {};
  const deps = {
    reader,
    now,
    sleep,
    confirmWithinMs: 0,
    sending,
    thorough: true,
    clockDiffers: () => clockDiffers,
  };
  const before = { kind: 'seen', job: { active: false, run: 7 }, at: sentAt } as const;
  return confirm(event, before, deps, new AbortController().signal);
}

const readable = [[line({ text: 'by hand' })]];

describe('a start that was sent', () => {
  test.for<Scene & { readonly when: string; readonly kind: string }>([
    { when: 'the job ran and our event was processed', kind: 'confirmed' },
    { when: 'our event is listed with the run before', events: [[], [line()]], kind: 'confirmed' },
    { when: 'our event is listed two runs before', events: [[], [], [line()]], kind: 'confirmed' },
    { when: 'events cannot be read and the run has risen', events: cannotTell, kind: 'confirmed' },
    { when: 'our event bears no mark', marked: false, events: [[]], kind: 'confirmed' },
    { when: 'the run is that of another of ours', credited: false, kind: 'notYet' },
    {
      when: 'the run is that of another of ours, and our event began the run before',
      credited: false,
      events: [[], [line()]],
      kind: 'confirmed',
    },
    {
      when: 'a run began without the event, whose reply was lost',
      events: readable,
      kind: 'notYet',
    },
    {
      when: 'a run rose without our event, which AutoSys took',
      events: readable,
      acknowledged: true,
      kind: 'unreadable',
    },
    {
      when: 'our event waits while another runs',
      events: [[line({ state: 'UP' })]],
      kind: 'notYet',
    },
    { when: 'the scheduler refused it', events: [[line({ state: 'ER' })]], kind: 'failed' },
    { when: 'it was unsent', events: [[line({ state: 'US' })]], kind: 'failed' },
    { when: 'it was processed and nothing ran', view: idle, kind: 'notYet' },
    {
      when: 'the mark is that of another kind of event',
      events: [[line({ name: 'KILLJOB' })]],
      kind: 'notYet',
    },
    {
      when: 'the mark is from before a replay',
      events: [[line({ at: new Date(sentAt.getTime() - 2 * 3_600_000) })]],
      kind: 'notYet',
    },
    {
      when: 'it is a retry of the same number, and events cannot be read',
      view: { ...ran, lastRun: { run: 7, startedAt: sentAt } },
      events: cannotTell,
      kind: 'notYet',
    },
    {
      when: 'it is a second start of the same number, and ours was processed',
      view: { ...ran, lastRun: { run: 7, startedAt: sentAt } },
      kind: 'confirmed',
    },
  ])('is $kind when $when', async ({ kind, ...scene }) => {
    expect(await lookAt(scene)).toMatchObject({ kind });
  });

  test('reports that it waits in the queue of AutoSys', async () => {
    const seen = await lookAt({ view: idle, events: [[line({ state: 'UP' })]] });

    expect(seen).toEqual({
      kind: 'notYet',
      found: 'AutoSys shows the event in its queue',
      queued: true,
    });
  });
});

describe('where the clock of AutoSys differs', () => {
  const mine = { name: 'SEND_SIGNAL' };
  const old = new Date(sentAt.getTime() - 20 * 60_000);

  test.for<Scene & { readonly when: string; readonly kind: string }>([
    { when: 'the run has risen', kind: 'confirmed' },
    { when: 'nothing ran, though a mark is processed', view: idle, kind: 'notYet' },
    { when: 'a mark waits in the queue', events: [[line({ state: 'UP' })]], kind: 'notYet' },
    {
      when: 'a mark of an event without an effect on the job is processed',
      event: signal,
      events: [[line({ ...mine, at: old })]],
      kind: 'unreadable',
    },
    { when: 'no mark of such an event shows', event: signal, events: [[]], kind: 'notYet' },
  ])('it is $kind when $when', async ({ kind, ...scene }) => {
    expect(await lookAt({ ...scene, clockDiffers: true })).toMatchObject({ kind });
  });
});

describe('an event without a trace on the job', () => {
  const mine = { name: 'SEND_SIGNAL' };
  test.for<Scene & { readonly when: string; readonly kind: string }>([
    { when: 'it was processed', events: [[line(mine)]], kind: 'confirmed' },
    { when: 'it waits for its turn', events: [[line({ ...mine, state: 'PG' })]], kind: 'notYet' },
    {
      when: 'the scheduler refused it',
      events: [[line({ ...mine, state: 'ER' })]],
      kind: 'failed',
    },
    {
      when: 'AutoSys took it and does not list it',
      events: [[]],
      acknowledged: true,
      kind: 'unreadable',
    },
    { when: 'its reply was lost and it is not listed', events: [[]], kind: 'notYet' },
    { when: 'events cannot be read', events: cannotTell, kind: 'unreadable' },
  ])('is $kind when $when', async ({ kind, ...scene }) => {
    expect(await lookAt({ event: signal, ...scene })).toMatchObject({ kind });
  });
});

test('a deletion is confirmed by a job that AutoSys no longer has', async () => {
  const reader: AutosysReader = {
    readJob: async () => {
      throw new JobNotFoundError({ job });
    },
    readGlobalVariable: async () => ({ kind: 'unset' }),
  };
  const deps = { reader, now: () => sentAt, sleep: async () => {}, confirmWithinMs: 0 };
  const { signal: never } = new AbortController();

  const seen = await confirm({ kind: 'DELETEJOB', job }, { kind: 'none' }, deps, never);

  expect(seen).toEqual({ kind: 'confirmed', at: sentAt });
});
