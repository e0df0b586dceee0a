import { describe, expect, test } from 'vitest';
import { createAutosysEvent } from '../../../../autosys/create-event.ts';
import { type AutosysEventKind, autosysEventKinds, toTrait } from '../../../../autosys/event.ts';
import type { JobStatus } from '../../../../autosys/status.ts';
import type { JobView } from '../../../../autosys/views.ts';
import {
  type Baseline,
  findJobEvidence,
  type JobEvent,
  type JobEvidence,
} from '../../../../lambda/delivery/evidence/job-evidence.ts';

const fields = {
  job: 'REPAIR',
  status: 'SUCCESS',
  globalVariable: 'X',
  value: 'x',
  priority: '1',
  signals: '9',
  response: 'y',
  comment: 'c',
  alarm: 'JOBFAILURE',
  machine: 'm1',
};

function anEvent(kind: AutosysEventKind): JobEvent {
  const event = createAutosysEvent(kind, fields);
  if ('job' in event && event.job !== undefined) return { ...event, job: event.job };
  throw new Error(`${kind} names no job`);
}

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const aJob = (status: JobStatus, lastRun: JobView['lastRun'] = {}): JobView => ({
  status,
  onNoExec: false,
  lastRun,
});
const seen = (status: JobStatus, run: number, active = false): Baseline => ({
  kind: 'seen',
  job: { active, status, run, startedMs: at(1).getTime() },
});
const none: Baseline = { kind: 'none' };

interface Row {
  readonly repeatable: boolean;
  /** A job that shows the effect, and a job that does not. */
  readonly shown?: JobView;
  readonly absent?: JobView;
  readonly baseline?: Baseline;
}

/** Effect of each kind of event on a job; `never` names no job. */
const table: Readonly<Record<AutosysEventKind, Row | 'never'>> = {
  STARTJOB: {
    repeatable: false,
    shown: aJob('RUNNING', { run: 8 }),
    absent: aJob('SUCCESS', { run: 7 }),
    baseline: seen('SUCCESS', 7),
  },
  FORCE_STARTJOB: {
    repeatable: false,
    shown: aJob('SUCCESS', { run: 9 }),
    absent: aJob('RUNNING', { run: 7 }),
    baseline: seen('RUNNING', 7, true),
  },
  RESTARTJOB: {
    repeatable: false,
    shown: aJob('RUNNING', { run: 8 }),
    absent: aJob('FAILURE', { run: 7 }),
    baseline: seen('FAILURE', 7),
  },
  KILLJOB: {
    repeatable: false,
    shown: aJob('TERMINATED', { run: 7 }),
    absent: aJob('RUNNING', { run: 7 }),
    baseline: seen('RUNNING', 7, true),
  },
  SEND_SIGNAL: { repeatable: false },
  CHANGE_STATUS: { repeatable: false, shown: aJob('SUCCESS'), absent: aJob('RUNNING') },
  SET_GLOBAL: 'never',
  JOB_ON_HOLD: { repeatable: true, shown: aJob('ON_HOLD'), absent: aJob('RUNNING') },
  JOB_ON_ICE: { repeatable: true, shown: aJob('ON_ICE'), absent: aJob('ON_HOLD') },
  JOB_ON_NOEXEC: { repeatable: true, shown: aJob('ON_NOEXEC'), absent: aJob('INACTIVE') },
  JOB_OFF_HOLD: { repeatable: false, shown: aJob('INACTIVE'), absent: aJob('ON_HOLD') },
  JOB_OFF_ICE: { repeatable: false, shown: aJob('INACTIVE'), absent: aJob('ON_ICE') },
  JOB_OFF_NOEXEC: {
    repeatable: false,
    shown: aJob('SUCCESS'),
    absent: { ...aJob('SUCCESS'), onNoExec: true },
  },
  SUSPENDJOB: { repeatable: false, shown: aJob('SUSPENDED'), absent: aJob('RUNNING') },
  RESUMEJOB: { repeatable: false, shown: aJob('RUNNING'), absent: aJob('SUSPENDED') },
  RELEASE_RESOURCE: { repeatable: false },
  REPLY_RESPONSE: { repeatable: false },
  DELETEJOB: { repeatable: false, absent: aJob('INACTIVE') },
  CHANGE_PRIORITY: { repeatable: true },
  COMMENT: { repeatable: true },
  ALARM: { repeatable: false },
  MACH_OFFLINE: 'never',
  MACH_ONLINE: 'never',
  STOP_DEMON: 'never',
};

const rows = autosysEventKinds.flatMap((kind) => {
  const row = table[kind];
  return row === 'never' ? [] : [{ kind, ...row }];
});

describe('a job that was sent an event', () => {
  test.for(rows)('$kind may be repeated: $repeatable', ({ kind, repeatable }) => {
    expect(toTrait(kind).repeatable).toBe(repeatable);
  });

  test.for(rows.filter(({ shown }) => shown))('shows $kind', ({ kind, shown, baseline }) => {
    const trace = findJobEvidence(anEvent(kind), baseline ?? none, shown ?? aJob('INACTIVE'));

    expect(trace.kind).toMatch(/^(shows|started)$/);
  });

  test.for(rows.filter(({ absent }) => absent))('lacks $kind', ({ kind, absent, baseline }) => {
    const trace = findJobEvidence(anEvent(kind), baseline ?? none, absent ?? aJob('INACTIVE'));

    expect(trace.kind).toBe('absent');
  });

  test.for(rows.filter(({ shown, absent }) => !shown && !absent))(
    'never shows $kind',
    ({ kind }) => {
      expect(findJobEvidence(anEvent(kind), none, aJob('RUNNING'))).toEqual({ kind: 'none' });
    },
  );

  test.for(['REFRESH_DEPENDENCIES', 'REFRESH_FILEWATCHER'])('never shows %s', (status) => {
    const event = createAutosysEvent('CHANGE_STATUS', { ...fields, status });
    if (event.kind !== 'CHANGE_STATUS') throw new Error(event.kind);

    expect(findJobEvidence(event, none, aJob('RUNNING'))).toEqual({ kind: 'none' });
  });
});

const started = (name: string | undefined, again = false): JobEvidence => ({
  kind: 'started',
  run: { ...(name !== undefined && { name }), again },
});

describe('a start', () => {
  test.for<{ when: string; before: Baseline; job: JobView; trace: JobEvidence }>([
    {
      when: 'the number has risen by more than one, as it counts all jobs',
      before: seen('SUCCESS', 7),
      job: aJob('RUNNING', { run: 12, startedAt: at(5) }),
      trace: started('12'),
    },
    {
      when: 'the number stayed and the start is later, as with a retry or a box member',
      before: seen('FAILURE', 7),
      job: aJob('RUNNING', { run: 7, startedAt: at(5) }),
      trace: started(`7 at ${at(5).getTime()}`, true),
    },
    {
      when: 'there are no numbers and the start is later',
      before: { kind: 'seen', job: { active: false, startedMs: at(1).getTime() } },
      job: aJob('RUNNING', { startedAt: at(5) }),
      trace: started(`at ${at(5).getTime()}`),
    },
    {
      when: 'there is nothing but a job that came to run',
      before: { kind: 'seen', job: { active: false } },
      job: aJob('RUNNING'),
      trace: started(undefined),
    },
    {
      when: 'the job was not read before and began since',
      before: { kind: 'since', at: at(1) },
      job: aJob('RUNNING', { run: 8, startedAt: at(1) }),
      trace: started('8'),
    },
    {
      when: 'the job was not read before and began earlier',
      before: { kind: 'since', at: at(2) },
      job: aJob('RUNNING', { run: 8, startedAt: at(1) }),
      trace: { kind: 'absent', found: 'AutoSys shows status RUNNING' },
    },
    {
      when: 'the job was not read before and never ran',
      before: { kind: 'since', at: at(2) },
      job: aJob('INACTIVE', { run: 0 }),
      trace: { kind: 'absent', found: 'AutoSys shows status INACTIVE' },
    },
    {
      when: 'the job was not read before and AutoSys shows no start',
      before: { kind: 'since', at: at(2) },
      job: aJob('RUNNING', { run: 8 }),
      trace: { kind: 'none' },
    },
    {
      when: 'there is nothing to compare',
      before: none,
      job: aJob('RUNNING', { run: 8 }),
      trace: { kind: 'none' },
    },
  ])('is $trace.kind when $when', ({ before, job, trace }) => {
    expect(findJobEvidence(anEvent('FORCE_STARTJOB'), before, job)).toEqual(trace);
  });
});

describe('a kill', () => {
  test.for<{ when: string; before: Baseline; job: JobView; kind: JobEvidence['kind'] }>([
    { when: 'the job did not run', before: seen('SUCCESS', 7), job: aJob('SUCCESS'), kind: 'moot' },
    {
      when: 'the job was TERMINATED before',
      before: seen('TERMINATED', 7),
      job: aJob('TERMINATED', { run: 7 }),
      kind: 'moot',
    },
    {
      when: 'the run ended by itself',
      before: seen('RUNNING', 7, true),
      job: aJob('SUCCESS', { run: 7 }),
      kind: 'moot',
    },
    {
      when: 'another run has begun',
      before: seen('RUNNING', 7, true),
      job: aJob('RUNNING', { run: 8 }),
      kind: 'moot',
    },
    {
      when: 'the job waited in a queue and is TERMINATED',
      before: seen('QUE_WAIT', 7),
      job: aJob('TERMINATED', { run: 7 }),
      kind: 'shows',
    },
    {
      when: 'the job waits in a queue still',
      before: seen('QUE_WAIT', 7),
      job: aJob('QUE_WAIT', { run: 7 }),
      kind: 'absent',
    },
    { when: 'the job was not read before', before: none, job: aJob('TERMINATED'), kind: 'shows' },
    {
      when: 'the job was not read, and it has ended',
      before: none,
      job: aJob('SUCCESS'),
      kind: 'absent',
    },
  ])('is $kind when $when', ({ before, job, kind }) => {
    expect(findJobEvidence(anEvent('KILLJOB'), before, job).kind).toBe(kind);
  });
});

describe('a status', () => {
  test.for([
    { when: 'before it was sent', startedAt: at(1), kind: 'absent' },
    { when: 'since it was sent', startedAt: at(2), kind: 'overtaken' },
  ])('is $kind when the job has another and began $when', ({ startedAt, kind }) => {
    const before: Baseline = { kind: 'since', at: at(2) };

    const trace = findJobEvidence(anEvent('CHANGE_STATUS'), before, aJob('RUNNING', { startedAt }));

    expect(trace.kind).toBe(kind);
  });

  test('that the bridge requested before is not a start by another actor', () => {
    const before: Baseline = { kind: 'since', at: at(2), ours: ['RUNNING'] };
    const job = aJob('RUNNING', { startedAt: at(3) });

    expect(findJobEvidence(anEvent('CHANGE_STATUS'), before, job).kind).toBe('absent');
  });
});

describe('where the clocks differ', () => {
  const since: Baseline = { kind: 'since', at: at(10), clockDiffers: true };

  test('a start without an earlier run number shows nothing', () => {
    const job = aJob('RUNNING', { run: 8, startedAt: at(20) });

    expect(findJobEvidence(anEvent('FORCE_STARTJOB'), since, job)).toEqual({ kind: 'none' });
  });

  test.for([
    { run: 7, startedAt: at(20), kind: 'changed' },
    { run: 8, startedAt: at(1), kind: 'overtaken' },
  ])('a status is $kind by run $run, whenever that began', ({ run, startedAt, kind }) => {
    const baseline: Baseline = { ...since, status: 'FAILURE', run: 7 };
    const job = aJob('RUNNING', { run, startedAt });

    expect(findJobEvidence(anEvent('CHANGE_STATUS'), baseline, job)).toMatchObject({ kind });
  });
});
