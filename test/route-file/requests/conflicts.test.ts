// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { faultsOf, warningsOf } from '../files.ts';

interface Parts {
  readonly routes?: readonly string[];
  readonly targets?: readonly string[];
  readonly entries: readonly string[];
  readonly canaryGlobal?: string;
}

/** A whole file. The routes begin at line 5, if there are any. */
function aFileWith({ routes = [], targets = [], entries, canaryGlobal }: Parts): string {
  const callers = 'callers: ["arn:aws:iam::111122223333:role/r"]';
  const ace = canaryGlobal === undefined ? '' : `, canaryGlobal: ${canaryGlobal}`;
  return [
    'instances:',
    `  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE${ace} }`,
    '  PRD: { endpoints: [https://prd.example.com:9443], secret: autosys/PRD }',
    ...(routes.length > 0 ? ['routes:'] : []),
    ...routes.map((route, at) => `  - { name: r${at}, to: ACE, ${route} }`),
    'requests:',
    ...entries.map((entry, at) => `  e${at}: { instance: ACE, ${entry}, ${callers} }`),
    ...(targets.length > 0
      ? ['callers: { agents: { secret: s, targets: ["*"], jobs: [J] } }', 'targets:']
      : []),
    ...targets.map((target, at) => `  t${at}: { stateMachine: m${at}, ${target} }`),
    '',
  ].join('\n');
}

const variables =
  'allowed: variables that no route, mirror or canary changes, because one would hide what the other has reported; list other names';
const jobs =
  'allowed: jobs that no route, mirror or canary changes, because one would hide what the other has reported; list other names';
const start = 'from: { stateMachine: s }, events: [{ on: FAILED, event: STARTJOB, job: LOAD_A }]';
const hold = 'from: { stateMachine: s }, events: [{ on: FAILED, event: JOB_ON_HOLD, job: LOAD_A }]';

describe('a pattern of requests is rejected', () => {
  test.for<Parts & { what: string; faults: readonly string[] }>([
    {
      what: 'if setGlobal may set a variable of a route',
      routes: ['from: { stateMachine: s }, global: AWS_SETTLEMENT'],
      entries: ['actions: [setGlobal], globals: [A, "AWS_S*"]'],
      faults: [
        `7:59 globals: found "AWS_S*" with setGlobal, but route r0 (line 5) sets AWS_SETTLEMENT; ${variables}`,
      ],
    },
    {
      what: 'if the event SET_GLOBAL may, beside an action that reads',
      routes: ['from: { stateMachine: s }, global: AWS_SETTLEMENT'],
      entries: ['actions: [sendEvent, getGlobal], events: [SET_GLOBAL], globals: [AWS_SETTLEMENT]'],
      faults: [
        `7:89 globals: found "AWS_SETTLEMENT" with SET_GLOBAL, but route r0 (line 5) sets AWS_SETTLEMENT; ${variables}, or move SET_GLOBAL to an entry of its own`,
      ],
    },
    {
      what: 'if a name of a route is a template',
      routes: ['from: { stateMachine: "fx-*" }, global: "AWS_${stateMachine:60}"'],
      entries: ['actions: [setGlobal], globals: ["*_fx-eod"]'],
      faults: [
        `7:56 globals: found "*_fx-eod" with setGlobal, but route r0 (line 5) sets AWS_\${stateMachine:60}; ${variables}`,
      ],
    },
    {
      what: 'once, if it covers several names',
      routes: [
        'from: { stateMachine: s }, global: AWS_A',
        'from: { stateMachine: t }, global: AWS_B',
      ],
      targets: ['mirror: { global: AWS_C }'],
      entries: ['actions: [setGlobal], globals: ["AWS_*"]'],
      faults: [
        `8:56 globals: found "AWS_*" with setGlobal, but route r0 (line 5) sets AWS_A (and 3 more); ${variables}`,
      ],
    },
    {
      what: 'if CHANGE_STATUS may change the status of a job of a route',
      routes: ['from: { stateMachine: s }, job: LOAD_A'],
      entries: ['actions: [sendEvent], events: [CHANGE_STATUS, COMMENT], jobs: ["LOAD_*"]'],
      faults: [
        `7:87 jobs: found "LOAD_*" with CHANGE_STATUS, but route r0 (line 5) sets the status of job LOAD_A; ${jobs}`,
      ],
    },
    {
      what: 'if an event may change the same toggle',
      routes: [hold],
      entries: ['actions: [sendEvent], events: [JOB_OFF_HOLD], jobs: [LOAD_A]'],
      faults: [
        `7:77 jobs: found "LOAD_A" with JOB_OFF_HOLD, but route r0 (line 5) sets the hold of job LOAD_A; ${jobs}`,
      ],
    },
    {
      what: 'if runJob and an event may start a job that a route starts',
      routes: [start],
      entries: ['actions: [runJob, jobStatus, sendEvent], events: [RESTARTJOB], jobs: ["LOAD_*"]'],
      faults: [
        `7:94 jobs: found "LOAD_*" with RESTARTJOB, runJob, but route r0 (line 5) starts job LOAD_A; ${jobs}, or move RESTARTJOB, runJob to an entry of its own`,
      ],
    },
    {
      what: 'if runJob may start a job whose status is a mirror',
      targets: ['mirror: { job: LOAD_A }'],
      entries: ['actions: [runJob], starts: [join], jobs: ["LOAD_*"]'],
      faults: [
        `5:66 jobs: found "LOAD_*" with runJob, but target t0 has the mirror job LOAD_A; ${jobs}`,
      ],
    },
    {
      what: 'if it covers a mirror, whose target may be started from any instance',
      targets: ['mirror: { global: LEDGER_A }'],
      entries: ['actions: [setGlobal], globals: [LEDGER_A]'],
      faults: [
        `5:56 globals: found "LEDGER_A" with setGlobal, but target t0 has the mirror variable LEDGER_A; ${variables}`,
      ],
    },
    {
      what: 'if it covers the scratch variable of the canary',
      entries: ['actions: [setGlobal], globals: ["AWS_*"]'],
      faults: [
        `5:56 globals: found "AWS_*" with setGlobal, but the canary sets AWS_BRIDGE_CANARY, its scratch variable; ${variables}`,
      ],
    },
    {
      what: 'if it covers the scratch variable that the instance names',
      canaryGlobal: 'SCRATCH',
      entries: ['actions: [setGlobal], globals: [SCRATCH, "AWS_*"]'],
      faults: [
        `5:56 globals: found "SCRATCH" with setGlobal, but the canary sets SCRATCH, its scratch variable; ${variables}`,
      ],
    },
  ])('$what', ({ what: _, faults, ...parts }) => {
    expect(faultsOf(aFileWith(parts))).toEqual(faults);
  });
});

describe('a pattern of requests is valid', () => {
  test.for<Parts & { what: string }>([
    {
      what: 'if the actions only read',
      routes: ['from: { stateMachine: s }, global: AWS_A, job: LOAD_A'],
      entries: ['actions: [getGlobal, jobStatus, jobRuns], globals: ["AWS_*"], jobs: ["LOAD_*"]'],
    },
    {
      what: 'if runJob only waits',
      routes: [start],
      entries: ['actions: [runJob], starts: [current, next], jobs: ["LOAD_*"], onAbort: kill'],
    },
    {
      what: 'if the events change another property',
      routes: [hold, 'from: { stateMachine: s }, job: LOAD_B'],
      entries: [
        'actions: [sendEvent], events: [JOB_ON_ICE, CHANGE_PRIORITY, KILLJOB, COMMENT], jobs: ["LOAD_*"]',
      ],
    },
    {
      what: 'if the names differ',
      routes: ['from: { stateMachine: "fx-*" }, global: "AWS_${stateMachine:60}"'],
      entries: ['actions: [setGlobal], globals: ["AWS_gx-*", "LEDGER_*"]'],
    },
  ])('$what', ({ what: _, ...parts }) => {
    expect(faultsOf(aFileWith(parts))).toEqual([]);
  });

  test('if the route sends to another instance', () => {
    const text = aFileWith({
      routes: ['from: { stateMachine: s }, global: LEDGER_A'],
      entries: ['actions: [setGlobal], globals: ["LEDGER_*"]'],
    }).replace('to: ACE', 'to: PRD');

    expect(faultsOf(text)).toEqual([]);
  });
});

describe('two entries', () => {
  test('cause a warning for each property that both may change', () => {
    const text = aFileWith({
      entries: [
        'actions: [setGlobal, runJob], globals: ["LED*", "B"], jobs: [LOAD_A]',
        'actions: [setGlobal, sendEvent], events: [CHANGE_STATUS, JOB_ON_HOLD], globals: ["*_DAY"], jobs: [X, "LOAD_*"]',
      ],
    });

    expect(warningsOf(text)).toEqual([
      '6:105 globals: requests of this entry by "*_DAY" and of e0 (line 5) by "LED*" may change the same variable of ACE; the one that is received last decides',
      '6:125 jobs: requests of this entry by "LOAD_*" and of e0 (line 5) by "LOAD_A" may change the status of the same job of ACE; the one that is received last decides',
    ]);
  });

  test('cause no warning with other names, other properties, or another instance', () => {
    const text = aFileWith({
      entries: [
        'actions: [setGlobal, sendEvent], events: [JOB_ON_ICE], globals: [A], jobs: [J]',
        'actions: [setGlobal, sendEvent], events: [JOB_ON_HOLD], globals: [B], jobs: [J]',
      ],
    });
    const elsewhere = aFileWith({
      entries: ['actions: [runJob], jobs: [J]', 'actions: [runJob], jobs: [J]'],
    }).replace('e1: { instance: ACE', 'e1: { instance: PRD');

    expect(warningsOf(text)).toEqual([]);
    expect(warningsOf(elsewhere)).toEqual([]);
  });
});
