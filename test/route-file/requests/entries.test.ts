import { describe, expect, test } from 'vitest';
import { aRequestsFile, faultsOf, read, warningsOf } from '../files.ts';

const callers = 'callers: ["arn:aws:iam::111122223333:role/ledger"]';
const events =
  'STARTJOB, FORCE_STARTJOB, RESTARTJOB, JOB_ON_HOLD, JOB_OFF_HOLD, JOB_ON_ICE, JOB_OFF_ICE, JOB_ON_NOEXEC, JOB_OFF_NOEXEC, SUSPENDJOB, RESUMEJOB, RELEASE_RESOURCE, KILLJOB, SEND_SIGNAL, CHANGE_STATUS, CHANGE_PRIORITY, REPLY_RESPONSE, COMMENT, SET_GLOBAL';
const actions = 'setGlobal, sendEvent, getGlobal, jobStatus, jobRuns, runJob';

describe('an entry of requests', () => {
  test('is compiled with all of its keys', () => {
    const text = aRequestsFile(
      callers,
      'instance: ACE',
      'actions: [setGlobal, jobStatus, runJob, sendEvent]',
      'events: [JOB_ON_HOLD, COMMENT]',
      'starts: [join, next]',
      'jobs: [LOAD_*, "P#*:@x"]',
      'globals: [LEDGER_*]',
      'onAbort: kill',
      'rate: 6000',
    );

    expect(read(text).config.requests).toEqual([
      {
        name: 'one',
        roles: ['arn:aws:iam::111122223333:role/ledger'],
        stateMachines: [],
        instance: 'ACE',
        actions: ['setGlobal', 'jobStatus', 'runJob', 'sendEvent'],
        events: ['JOB_ON_HOLD', 'COMMENT'],
        starts: ['join', 'next'],
        jobs: ['LOAD_*', 'P#*:@x'],
        globals: ['LEDGER_*'],
        mayKill: true,
        perMinute: 6000,
      },
    ]);
    expect(warningsOf(text)).toEqual([]);
  });

  test('has the defaults of the keys that are left out', () => {
    expect(read(aRequestsFile(callers, 'actions: [runJob]', 'jobs: [A]')).config.requests).toEqual([
      {
        name: 'one',
        roles: ['arn:aws:iam::111122223333:role/ledger'],
        stateMachines: [],
        instance: 'ACE',
        actions: ['runJob'],
        events: [],
        starts: ['STARTJOB'],
        jobs: ['A'],
        globals: [],
        mayKill: false,
        perMinute: 60,
      },
    ]);
  });

  const jobNames =
    'allowed: the name of an AutoSys job, or a name with *: letters, digits and . _ # - @ :, at most 64 characters';
  const globalNames =
    'allowed: the name of a global variable, or a name with *: letters, digits and . _ -, at most 64 characters';
  test.for<{ lines: readonly string[]; faults: readonly string[] }>([
    {
      lines: ['{}'],
      faults: [
        '5:5 callers is missing; allowed: a list of one or more',
        '5:5 actions is missing; allowed: a list of one or more',
      ],
    },
    {
      lines: ['callers: []', 'actions: []', 'events: []', 'starts: []', 'jobs: []', 'globals: []'],
      faults: [
        '5:14 callers: found an empty list, allowed: a list of one or more',
        '6:14 actions: found an empty list, allowed: a list of one or more',
        '7:13 events: found an empty list, allowed: a list of one or more',
        '8:13 starts: found an empty list, allowed: a list of one or more',
        '9:11 jobs: found an empty list, allowed: a list of one or more',
        '10:14 globals: found an empty list, allowed: a list of one or more',
      ],
    },
    {
      lines: [callers, 'actions: [setglobal, kill]', 'globals: [A]'],
      faults: [
        `6:15 actions: found "setglobal", allowed: ${actions}; did you mean setGlobal?`,
        `6:26 actions: found "kill", allowed: ${actions}`,
      ],
    },
    {
      lines: [callers, 'actions: [sendEvent]', 'jobs: [A]'],
      faults: [
        '4:3 events is missing; allowed: the events that sendEvent may send, such as JOB_ON_HOLD',
      ],
    },
    {
      lines: [callers, 'actions: [sendEvent]', 'events: [SET_GLOBAL, JOB_ON_ICE]'],
      faults: [
        '4:3 jobs is missing; allowed: names of jobs, or names with *, because of JOB_ON_ICE',
        '4:3 globals is missing; allowed: names of global variables, or names with *, because of SET_GLOBAL',
      ],
    },
    {
      lines: [callers, 'actions: [runJob, jobStatus, jobRuns, setGlobal, getGlobal]'],
      faults: [
        '4:3 jobs is missing; allowed: names of jobs, or names with *, because of jobStatus, jobRuns, runJob',
        '4:3 globals is missing; allowed: names of global variables, or names with *, because of setGlobal, getGlobal',
      ],
    },
    {
      lines: [
        callers,
        'actions: [sendEvent]',
        'events: [MACH_OFFLINE, MACH_ONLINE, STOP_DEMON, DELETEJOB, ALARM, JOB_ON_HLD]',
        'jobs: [A]',
      ],
      faults: [
        '7:14 events: MACH_OFFLINE is not allowed in a request, because it takes the machine offline for all of its jobs; send it by hand with sendevent',
        '7:28 events: MACH_ONLINE is not allowed in a request, because it brings a machine online that an operator may have taken offline on purpose; send it by hand with sendevent',
        '7:41 events: STOP_DEMON is not allowed in a request, because it shuts down the scheduler for all jobs; send it by hand with sendevent',
        '7:53 events: DELETEJOB is not allowed in a request, because it deletes a job definition permanently; send it by hand with sendevent',
        '7:64 events: ALARM is not allowed in a request, because no pattern of an entry covers an alarm; raise it with an event of a route',
        `7:71 events: found "JOB_ON_HLD", allowed: ${events}; did you mean JOB_ON_HOLD?`,
      ],
    },
    {
      lines: [
        callers,
        'actions: [getGlobal]',
        'events: [JOB_ON_HOLD]',
        'starts: [join]',
        'onAbort: kill',
        'jobs: [A]',
        'globals: [A]',
      ],
      faults: [
        '7:5 events: found without the action sendEvent; add it to actions, or remove events',
        '8:5 starts: found without the action runJob; add it to actions, or remove starts',
        '9:5 onAbort: found without the action runJob; add it to actions, or remove onAbort',
        '10:5 jobs: found, but no action of this entry is on jobs; add one of jobStatus, jobRuns, runJob, sendEvent, or remove jobs',
      ],
    },
    {
      lines: [
        callers,
        'actions: [sendEvent]',
        'events: [JOB_ON_HOLD]',
        'jobs: [A]',
        'globals: [A]',
      ],
      faults: [
        '9:5 globals: found, but no action of this entry is on global variables; add one of setGlobal, getGlobal, sendEvent with SET_GLOBAL, or remove globals',
      ],
    },
    {
      lines: [callers, 'actions: [jobStatus, jobStatus]', 'jobs: [A, "B*", A]'],
      faults: [
        '6:26 actions: found "jobStatus" twice; remove one',
        '7:21 jobs: found "A" twice; remove one',
      ],
    },
    {
      lines: [
        callers,
        'actions: [getGlobal]',
        `globals: ["A?", "A#", "", "*${'G'.repeat(64)}", "${'G'.repeat(65)}"]`,
      ],
      faults: [
        `7:15 globals: found "A?", ${globalNames}; * is the only wildcard`,
        `7:21 globals: found "A#", ${globalNames}`,
        `7:27 globals: found "", ${globalNames}`,
        `7:100 globals: found "${'G'.repeat(65)}", ${globalNames}`,
      ],
    },
    {
      lines: [
        callers,
        'actions: [runJob]',
        `jobs: [A#B, "A%", ${'J'.repeat(65)}]`,
        'starts: [next, stop]',
        'onAbort: leave',
        'rate: 0',
      ],
      faults: [
        `7:17 jobs: found "A%", ${jobNames}; * is the only wildcard`,
        `7:23 jobs: found "${'J'.repeat(65)}", ${jobNames}`,
        '8:20 starts: found "stop", allowed: STARTJOB, FORCE_STARTJOB, join, current, next',
        '9:14 onAbort: found "leave", allowed: kill',
        '10:11 rate: found "0", allowed: a whole number from 1 to 6000',
      ],
    },
    {
      lines: [callers, 'actions: [runJob]', 'jobs: [A]', 'rate: 6001', 'instance: ACF'],
      faults: [
        '8:11 rate: found "6001", allowed: a whole number from 1 to 6000',
        '9:15 instance: unknown instance "ACF"; did you mean ACE?; allowed: ACE',
      ],
    },
    {
      lines: [callers, 'actions: [runJob]', 'jobs: [A]', 'job: x', 'roles: x', 'to: ACE', 'acl: x'],
      faults: [
        '8:5 unknown key "job" in an entry of requests; did you mean jobs? It takes a list',
        '9:5 unknown key "roles" in an entry of requests; did you mean callers? It takes a list',
        '10:5 unknown key "to" in an entry of requests; did you mean instance?',
        '11:5 unknown key "acl" in an entry of requests; allowed: callers, instance, actions, events, starts, jobs, globals, onAbort, rate',
      ],
    },
  ])('is rejected as $lines', ({ lines, faults }) => {
    expect(faultsOf(aRequestsFile(...lines))).toEqual(faults);
  });

  test('needs an instance if the file has several', () => {
    const text = aRequestsFile(callers, 'actions: [jobStatus]', 'jobs: [A]').replace(
      'requests:',
      '  PRD: { endpoints: [https://prd.example.com:9443], secret: autosys/PRD }\nrequests:',
    );

    expect(faultsOf(text)).toEqual(['5:3 instance is missing; allowed: one of ACE, PRD']);
  });

  test('causes a warning if it covers any name', () => {
    const text = aRequestsFile(
      callers,
      'actions: [jobStatus, getGlobal]',
      'jobs: ["*"]',
      'globals: [A, "**"]',
    );

    expect(warningsOf(text)).toEqual([
      '7:12 jobs: the entry covers any job of the instance; list the names, or a beginning such as LOAD_*',
      '8:18 globals: the entry covers any global variable of the instance; list the names, or a beginning such as LEDGER_*',
    ]);
  });
});

describe('the names of entries', () => {
  const body = `{ ${callers}, actions: [jobStatus], jobs: [A] }`;
  const withNames = (...names: readonly string[]) =>
    aRequestsFile(callers, 'actions: [jobStatus]', 'jobs: [A]') +
    names.map((name) => `  ${name}: ${body}\n`).join('');

  test.for(['2nd', '_x', 'a b', 'a.b', '"$LATEST"', 'A'.repeat(65)])('may not be %s', (name) => {
    expect(faultsOf(withNames(name))).toEqual([
      `8:3 requests: found ${JSON.stringify(name.replaceAll('"', ''))}, allowed: 1 to 64 letters, digits and _ -, the first a letter`,
    ]);
  });

  test('may have 64 characters', () => {
    expect(faultsOf(withNames(`A-_9${'x'.repeat(60)}`))).toEqual([]);
  });

  test('may not differ in case only', () => {
    expect(faultsOf(withNames('ONE'))).toEqual([
      '8:3 requests: found ONE, which differs only in case from one (line 4); use another name',
    ]);
  });

  test.for([
    { requests: '{}', fault: '3:11 requests: found none, allowed: one or more' },
    {
      requests: '[]',
      fault: '3:11 requests: found a list, allowed: a mapping of entry names, such as ledger-team',
    },
    {
      requests: '{ a: x }',
      fault:
        '3:16 an entry of requests: found "x", allowed: a mapping with callers, instance, actions, events, starts, jobs, globals, onAbort, rate',
    },
  ])('are required: $requests', ({ requests, fault }) => {
    const text = aRequestsFile().replace(/requests:\n.*\n/, `requests: ${requests}\n`);

    expect(faultsOf(text)).toEqual([fault]);
  });

  test('are none in a file without requests', () => {
    const text = aRequestsFile().replace(
      /requests:\n.*\n/,
      'routes: [{ name: r, from: { stateMachine: s }, global: G }]\n',
    );

    expect(read(text).config.requests).toEqual([]);
  });
});
