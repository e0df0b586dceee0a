import { describe, expect, test } from 'vitest';
import { autosysEventKinds, plainJobEvents } from '../../autosys/event.ts';
import { FieldError, Fields } from '../../emulator/fields.ts';
import {
  type EmulatedProfile,
  readEventKind,
  readQueuedEvent,
  spellingInBody,
  spellingInPath,
} from '../../emulator/wire.ts';

const standard = spellingInPath(new Set<EmulatedProfile>(['standard']));
const messageOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof FieldError) return error.message;
    throw error;
  }
  return 'no problem';
};

describe('reading an event from its fields', () => {
  test.for(plainJobEvents)('%s requires a job and accepts a comment', (kind) => {
    const fields = new Fields({ jobName: 'PAY_LOAD', comment: 'why', unknown: { is: 'ignored' } });

    expect(readQueuedEvent(kind, fields, standard)).toEqual({
      kind,
      job: 'PAY_LOAD',
      comment: 'why',
    });
  });

  test.for([
    ['CHANGE_STATUS', { jobName: 'J', jobStatus: 'success' }, { job: 'J', status: 'SUCCESS' }],
    ['KILLJOB', { jobName: 'J', signal: '15,9' }, { job: 'J', signals: '15,9' }],
    ['KILLJOB', { jobName: 'J', comment: '' }, { job: 'J' }],
    ['SEND_SIGNAL', { jobName: 'J', signal: 9 }, { job: 'J', signals: '9' }],
    ['CHANGE_PRIORITY', { jobName: 'J', priority: '5' }, { job: 'J', priority: 5 }],
    ['REPLY_RESPONSE', { jobName: 'J', response: 'yes' }, { job: 'J', response: 'yes' }],
    ['COMMENT', { jobName: 'J', comment: 'seen' }, { job: 'J', comment: 'seen' }],
    ['ALARM', { alarm: 'JOBFAILURE', jobName: 'J' }, { alarm: 'JOBFAILURE', job: 'J' }],
    ['ALARM', { alarm: 'JOBFAILURE' }, { alarm: 'JOBFAILURE' }],
    ['MACH_OFFLINE', { machineName: 'm1' }, { machine: 'm1' }],
    ['SET_GLOBAL', { globalName: 'G', globalValue: '' }, { globalVariable: 'G', value: '' }],
    ['SET_GLOBAL', { globalName: 'G', globalValue: 7 }, { globalVariable: 'G', value: '7' }],
    [
      'SET_GLOBAL',
      { globalName: 'G', globalValue: 'DELETE' },
      { globalVariable: 'G', value: 'DELETE' },
    ],
    ['STOP_DEMON', {}, {}],
  ] as const)('%s reads %j', ([kind, fields, event]) => {
    expect(readQueuedEvent(kind, new Fields(fields), standard)).toEqual({ kind, ...event });
  });

  test.for([
    ['STARTJOB', {}, 'jobName: missing; the body has no fields'],
    ['STARTJOB', { job: 'J', x: 1 }, 'jobName: missing; the body has job, x'],
    ['STARTJOB', { jobName: null }, 'jobName: missing; the body has jobName'],
    ['STARTJOB', { jobName: ['J'] }, 'jobName: found an array, expected a text'],
    ['STARTJOB', { jobName: 'a b' }, 'jobName: job name: found "a b", allowed: '],
    ['STARTJOB', { jobName: 'x'.repeat(65) }, 'jobName: job name: found 65 characters'],
    [
      'STARTJOB',
      { jobName: 'J', comment: 'x'.repeat(256) },
      'comment: comment: found 256 characters',
    ],
    ['CHANGE_STATUS', { jobName: 'J' }, 'jobStatus: missing'],
    [
      'CHANGE_STATUS',
      { jobName: 'J', jobStatus: 'DONE' },
      'jobStatus: status: found "DONE", allowed: ACTIVATED',
    ],
    ['SEND_SIGNAL', { jobName: 'J', signal: 'a b' }, 'signal: signals: found "a b"'],
    ['CHANGE_PRIORITY', { jobName: 'J', priority: -1 }, 'priority: queue priority: found "-1"'],
    ['SET_GLOBAL', { globalName: 'G' }, 'globalValue: missing'],
    [
      'SET_GLOBAL',
      { globalName: 'G', globalValue: 'x'.repeat(101) },
      'globalValue: global variable value: found 101',
    ],
    [
      'SET_GLOBAL',
      { globalName: 'A B', globalValue: '1' },
      'globalName: global variable name: found "A B"',
    ],
    ['ALARM', { alarm: 'no alarm' }, 'alarm: alarm: found "no alarm"'],
    ['MACH_ONLINE', {}, 'machineName: missing'],
  ] as const)('%s refuses %j', ([kind, fields, problem]) => {
    expect(messageOf(() => readQueuedEvent(kind, new Fields(fields), standard))).toContain(problem);
  });

  test('supports every kind of event', () => {
    const fields = new Fields({
      jobName: 'J',
      jobStatus: 'SUCCESS',
      signal: '9',
      priority: 1,
      response: 'r',
      comment: 'c',
      alarm: 'JOBFAILURE',
      machineName: 'm',
      globalName: 'G',
      globalValue: 'v',
    });

    const kinds = autosysEventKinds.map((kind) => readQueuedEvent(kind, fields, standard).kind);

    expect(kinds).toEqual(autosysEventKinds);
  });
});

describe('the field names of a wire profile', () => {
  test.for([
    { profiles: ['standard'], fields: { jobName: 'J' }, taken: true },
    { profiles: ['standard'], fields: { job: 'J' }, taken: false },
    { profiles: ['api-job-field'], fields: { job: 'J' }, taken: true },
    { profiles: ['api-job-field'], fields: { jobName: 'J' }, taken: false },
    { profiles: ['standard', 'api-job-field'], fields: { job: 'J' }, taken: true },
    { profiles: ['standard', 'api-job-field'], fields: { jobName: 'J' }, taken: true },
  ] as const)('of $profiles takes $fields: $taken', ({ profiles, fields, taken }) => {
    const spelling = spellingInPath(new Set<EmulatedProfile>(profiles));

    const problem = messageOf(() => readQueuedEvent('STARTJOB', new Fields(fields), spelling));

    expect(problem === 'no problem').toBe(taken);
  });

  test.for([
    { profiles: ['single-event'], fields: { eventType: 'STARTJOB' }, kind: 'STARTJOB' },
    { profiles: ['single-event-str'], fields: { eventTypeStr: 'KILLJOB' }, kind: 'KILLJOB' },
  ] as const)('of $profiles reads the kind from $fields', ({ profiles, fields, kind }) => {
    expect(readEventKind(new Fields(fields), new Set<EmulatedProfile>(profiles))).toBe(kind);
  });

  test.for([
    {
      fields: { eventTypeStr: 'STARTJOB' },
      problem: 'eventType: missing; the body has eventTypeStr',
    },
    {
      fields: { eventType: 'START' },
      problem: 'eventType: event: found "START", allowed: STARTJOB',
    },
  ])('refuses the kind in $fields', ({ fields, problem }) => {
    const enabled = new Set<EmulatedProfile>(['single-event']);

    expect(messageOf(() => readEventKind(new Fields(fields), enabled))).toContain(problem);
  });

  test('for a kind in the body: the new status is in the field status', () => {
    const fields = new Fields({ jobName: 'J', status: 'ON_HOLD' });

    expect(readQueuedEvent('CHANGE_STATUS', fields, spellingInBody)).toMatchObject({
      status: 'ON_HOLD',
    });
  });
});
