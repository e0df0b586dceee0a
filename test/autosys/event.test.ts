import { describe, expect, test } from 'vitest';
import {
  type AutosysEvent,
  autosysEventKinds,
  describeEvent,
  isAutosysEventKind,
  plainJobEvents,
  toTrait,
} from '../../autosys/event.ts';
import {
  parseComment,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
  parseMachineName,
} from '../../autosys/names.ts';

const job = parseJobName('load');

test('every event that a user may send is listed once', () => {
  expect([...autosysEventKinds].sort()).toEqual(
    [
      ...plainJobEvents,
      ...[
        'KILLJOB',
        'SEND_SIGNAL',
        'CHANGE_STATUS',
        'CHANGE_PRIORITY',
        'REPLY_RESPONSE',
        'COMMENT',
      ],
      ...['ALARM', 'SET_GLOBAL', 'MACH_OFFLINE', 'MACH_ONLINE', 'STOP_DEMON'],
    ].sort(),
  );
});

test.for(['startjob', 'CHK_N_START', 'UNSEND_EVENT', 'toString', ''])(
  'isAutosysEventKind rejects %j',
  (text) => {
    expect(isAutosysEventKind(text)).toBe(false);
  },
);

describe('the traits of an event', () => {
  test.for([
    ['SET_GLOBAL', false],
    ['CHANGE_STATUS', false],
    ['JOB_ON_HOLD', true],
    ['JOB_ON_ICE', true],
    ['JOB_ON_NOEXEC', true],
    ['CHANGE_PRIORITY', true],
    ['COMMENT', true],
    ['DELETEJOB', false],
    ['MACH_OFFLINE', true],
    ['MACH_ONLINE', true],
    ['STARTJOB', false],
    ['FORCE_STARTJOB', false],
    ['RESTARTJOB', false],
    ['KILLJOB', false],
    ['SEND_SIGNAL', false],
    ['JOB_OFF_HOLD', false],
    ['JOB_OFF_ICE', false],
    ['JOB_OFF_NOEXEC', false],
    ['SUSPENDJOB', false],
    ['RESUMEJOB', false],
    ['RELEASE_RESOURCE', false],
    ['REPLY_RESPONSE', false],
    ['ALARM', false],
    ['STOP_DEMON', false],
  ] as const)('%s is repeatable: %s', ([kind, repeatable]) => {
    expect(toTrait(kind)).toMatchObject({ repeatable, because: expect.stringMatching(/^\S+ .+/) });
  });
});

test.for([
  { sets: 'value', kinds: ['SET_GLOBAL'] },
  { sets: 'status', kinds: ['CHANGE_STATUS'] },
  { sets: 'hold', kinds: ['JOB_ON_HOLD', 'JOB_OFF_HOLD'] },
  { sets: 'ice', kinds: ['JOB_ON_ICE', 'JOB_OFF_ICE'] },
  { sets: 'noexec', kinds: ['JOB_ON_NOEXEC', 'JOB_OFF_NOEXEC'] },
  { sets: 'suspension', kinds: ['SUSPENDJOB', 'RESUMEJOB'] },
  { sets: 'priority', kinds: ['CHANGE_PRIORITY'] },
  { sets: 'service', kinds: ['MACH_OFFLINE', 'MACH_ONLINE'] },
])('$kinds set $sets, and no other event does', ({ sets, kinds }) => {
  expect(autosysEventKinds.filter((kind) => toTrait(kind).sets === sets).sort()).toEqual(
    kinds.sort(),
  );
});

describe('describeEvent', () => {
  const cases: readonly (readonly [AutosysEvent, string])[] = [
    [{ kind: 'STARTJOB', job, comment: parseComment('why') }, 'STARTJOB load'],
    [{ kind: 'KILLJOB', job, signals: '9' }, 'KILLJOB load'],
    [{ kind: 'SEND_SIGNAL', job, signals: '1' }, 'SEND_SIGNAL load 1'],
    [{ kind: 'CHANGE_STATUS', job, status: 'SUCCESS' }, 'CHANGE_STATUS load SUCCESS'],
    [{ kind: 'CHANGE_PRIORITY', job, priority: 5 }, 'CHANGE_PRIORITY load 5'],
    [{ kind: 'ALARM', alarm: 'JOBFAILURE' }, 'ALARM JOBFAILURE'],
    [{ kind: 'ALARM', alarm: 'JOBFAILURE', job }, 'ALARM JOBFAILURE load'],
    [{ kind: 'MACH_OFFLINE', machine: parseMachineName('m1') }, 'MACH_OFFLINE m1'],
    [{ kind: 'STOP_DEMON' }, 'STOP_DEMON'],
    [
      {
        kind: 'SET_GLOBAL',
        globalVariable: parseGlobalName('X'),
        value: parseGlobalValue('1'),
      },
      'SET_GLOBAL X=1',
    ],
  ];

  test.for(cases.map(([event, line]) => ({ event, line })))('formats $line', ({ event, line }) => {
    expect(describeEvent(event)).toBe(line);
  });
});
