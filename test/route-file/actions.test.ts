// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { createAutosysEvent } from '../../autosys/create-event.ts';
import { autosysEventKinds } from '../../autosys/event.ts';
import { batchJobStatuses, executionStatuses } from '../../lambda/contract.ts';
import { fillTemplate } from '../../lambda/routing/template.ts';
import { readRoute, routeFaults, toLines } from './files.ts';
import { anExecution } from './workloads.ts';

const machine = 'from: { stateMachine: settlement }';
const batch = 'from: { jobQueue: night, jobName: risk }';
const ofExecutions = `allowed: ${executionStatuses.join(', ')}`;
const ofBatchJobs = `allowed: ${batchJobStatuses.join(', ')}`;

describe('a global variable', () => {
  test.for<{ from: string; line: string; expected: readonly string[] }>([
    {
      from: machine,
      line: 'global: G',
      expected: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
    },
    { from: batch, line: 'global: G', expected: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'] },
    {
      from: batch,
      line: 'global: { name: G }',
      expected: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'],
    },
  ])(
    'is set to the names of the default statuses with $line from $from',
    ({ from, line, expected }) => {
      expect(toLines(readRoute(from, line))).toEqual(
        expected.map((status) => `${status} SET_GLOBAL globalVariable=G value=${status}`),
      );
    },
  );

  test.for<{ values: string; expected: readonly string[] }>([
    { values: 'SUCCEEDED: OK', expected: ['SUCCEEDED=OK'] },
    { values: 'RUNNABLE: WAITS, FAILED: ""', expected: ['RUNNABLE=WAITS', 'FAILED='] },
    {
      values: 'SUCCEEDED: OK, default: "${status}"',
      expected: [
        'SUCCEEDED=OK',
        'PENDING={"field":"status"}',
        'RUNNING={"field":"status"}',
        'FAILED={"field":"status"}',
      ],
    },
  ])('with values is set on these statuses only: $values', ({ values, expected }) => {
    const lines = toLines(readRoute(batch, `global: { name: G, values: { ${values} } }`));

    expect(lines.map((line) => line.replace(' SET_GLOBAL globalVariable=G value=', '='))).toEqual(
      expected,
    );
  });

  test('can be in a list with others', () => {
    const route = readRoute(
      machine,
      'global: [A, { name: "B_${stateMachine:60}", values: { FAILED: KO } }]',
    );

    expect(toLines(route).filter((line) => line.startsWith('FAILED'))).toEqual([
      'FAILED SET_GLOBAL globalVariable=A value=FAILED',
      'FAILED SET_GLOBAL globalVariable=B_{"field":"stateMachine","max":60} value=KO',
    ]);
  });

  test.for<{ line: string; expected: readonly string[] }>([
    {
      line: `global: ${'x'.repeat(65)}`,
      expected: [
        `global variable name: found 65 characters, "${'x'.repeat(40)}…", allowed: at most 64 characters`,
      ],
    },
    {
      line: 'global: A B',
      expected: ['global variable name: found "A B", allowed: letters, digits and . _ -'],
    },
    {
      line: 'global: 7',
      expected: ['global: found a number, allowed: a name, or a mapping with name'],
    },
    {
      line: 'global: []',
      expected: ['global: found an empty list, allowed: a list of one or more'],
    },
    {
      line: 'global: [7]',
      expected: ['global: found a number, allowed: a name, or a mapping with name'],
    },
    { line: 'global: {}', expected: ['global is missing; allowed: a text'] },
    {
      line: 'global: { name: G, value: x }',
      expected: ['unknown key "value" in global; did you mean values?; allowed: name, values'],
    },
    {
      line: 'global: { name: G, values: {} }',
      expected: ['values: found none, allowed: one status or more'],
    },
    {
      line: 'global: { name: G, values: OK }',
      expected: ['values: found "OK", allowed: a mapping from status to value'],
    },
    {
      line: 'global: { name: A B, values: { FAILD: KO, RUNNING: 1, SUCCEEDED: DELETE } }',
      expected: [
        'global variable name: found "A B", allowed: letters, digits and . _ -',
        `"FAILD" is not a status of an execution; did you mean FAILED?; ${ofExecutions}, default`,
        'value: found a number, allowed: a text; put it in quotes',
        'global variable value: found "DELETE", allowed: any value except the reserved word DELETE, which deletes the variable',
      ],
    },
    {
      line: 'global: { name: G, values: { PENDING: x } }',
      expected: [`"PENDING" is not a status of an execution; ${ofExecutions}, default`],
    },
    {
      line: `global: { name: G, values: { FAILED: ${'x'.repeat(101)} } }`,
      expected: [
        `global variable value: found 101 characters, "${'x'.repeat(40)}…", allowed: at most 100 characters`,
      ],
    },
    {
      line: 'global: { name: G, values: { FAILED: "${cause}" } }',
      expected: ['cause may be of any length or absent; write it as ${cause:80|none}'],
    },
    {
      line: 'globals: [G]',
      expected: [
        'this route has no action; add global, job or events',
        'unknown key "globals" in a route; did you mean global? It takes one item or a list',
      ],
    },
  ])('is rejected with $line', ({ line, expected }) => {
    expect(routeFaults(machine, line)).toEqual(expected);
  });
});

describe('a mirrored job', () => {
  test.for<{ from: string; line: string; expected: readonly string[] }>([
    {
      from: machine,
      line: 'job: J',
      expected: [
        'RUNNING=RUNNING',
        'SUCCEEDED=SUCCESS',
        'FAILED=FAILURE',
        'TIMED_OUT=FAILURE',
        'ABORTED=TERMINATED',
      ],
    },
    {
      from: batch,
      line: 'job: J',
      expected: ['RUNNING=RUNNING', 'SUCCEEDED=SUCCESS', 'FAILED=FAILURE'],
    },
    {
      from: batch,
      line: 'job: { name: J, statuses: { FAILED: TERMINATED, RUNNING: none, RUNNABLE: QUE_WAIT } }',
      expected: ['SUCCEEDED=SUCCESS', 'FAILED=TERMINATED', 'RUNNABLE=QUE_WAIT'],
    },
  ])('gets the statuses $expected with $line', ({ from, line, expected }) => {
    const lines = toLines(readRoute(from, line));

    expect(lines.map((text) => text.replace(' CHANGE_STATUS job=J status=', '='))).toEqual(
      expected,
    );
  });

  test('can be in a list with others', () => {
    const route = readRoute(batch, 'job: [A, { name: "${jobQueue:60}#1" }]');

    expect(toLines(route).filter((line) => line.startsWith('FAILED'))).toEqual([
      'FAILED CHANGE_STATUS job=A status=FAILURE',
      'FAILED CHANGE_STATUS job={"field":"jobQueue","max":60}#1 status=FAILURE',
    ]);
  });

  test.for<{ line: string; expected: readonly string[] }>([
    {
      line: `job: ${'x'.repeat(65)}`,
      expected: [
        `job name: found 65 characters, "${'x'.repeat(40)}…", allowed: at most 64 characters`,
      ],
    },
    {
      line: 'job: { name: J, statuses: { RUNNING: none, SUCCEEDED: none, FAILED: none } }',
      expected: ['job: every status is none, so no event is sent; remove the job'],
    },
    {
      line: 'job: { name: J, statuses: { ABORTED: FAILURE } }',
      expected: [`"ABORTED" is not a status of a Batch job; ${ofBatchJobs}`],
    },
    {
      line: 'job: { name: J, statuses: { FAILED: FAILED } }',
      expected: [
        'status: found "FAILED", allowed: ACTIVATED, FAILURE, INACTIVE, ON_HOLD, ON_ICE, QUE_WAIT, REFRESH_DEPENDENCIES, REFRESH_FILEWATCHER, RESTART, RUNNING, STARTING, SUCCESS, TERMINATED, none',
      ],
    },
  ])('is rejected with $line', ({ line, expected }) => {
    expect(routeFaults(batch, line)).toEqual(expected);
  });
});

describe('an event', () => {
  test.for<{ event: string; expected: readonly string[] }>([
    {
      event: 'on: FAILED, event: FORCE_STARTJOB, job: J',
      expected: ['FAILED FORCE_STARTJOB job=J'],
    },
    {
      event: 'on: [FAILED, ABORTED, FAILED], event: KILLJOB, job: J, signals: "15,9", comment: c',
      expected: [
        'FAILED KILLJOB job=J signals=15,9 comment=c',
        'ABORTED KILLJOB job=J signals=15,9 comment=c',
      ],
    },
    {
      event: 'on: FAILED, event: SEND_SIGNAL, job: J, signals: "9"',
      expected: ['FAILED SEND_SIGNAL job=J signals=9'],
    },
    {
      event: 'on: FAILED, event: CHANGE_STATUS, job: J, status: ON_ICE',
      expected: ['FAILED CHANGE_STATUS job=J status=ON_ICE'],
    },
    {
      event: 'on: FAILED, event: CHANGE_PRIORITY, job: J, priority: 0',
      expected: ['FAILED CHANGE_PRIORITY job=J priority=0'],
    },
    {
      event: 'on: SUCCEEDED, event: REPLY_RESPONSE, job: J, response: "${output.answer}"',
      expected: ['SUCCEEDED REPLY_RESPONSE job=J response={"field":"output.answer"}'],
    },
    {
      event: 'on: FAILED, event: COMMENT, job: J, comment: c',
      expected: ['FAILED COMMENT job=J comment=c'],
    },
    {
      event: 'on: FAILED, event: ALARM, alarm: JOBFAILURE',
      expected: ['FAILED ALARM alarm=JOBFAILURE'],
    },
    {
      event: 'on: FAILED, event: SET_GLOBAL, globalVariable: G, value: "1"',
      expected: ['FAILED SET_GLOBAL globalVariable=G value=1'],
    },
  ])('is read from $event', ({ event, expected }) => {
    expect(toLines(readRoute(machine, 'events:', `  - { ${event} }`))).toEqual(expected);
  });

  const kinds =
    'STARTJOB, FORCE_STARTJOB, RESTARTJOB, JOB_ON_HOLD, JOB_OFF_HOLD, JOB_ON_ICE, JOB_OFF_ICE, JOB_ON_NOEXEC, JOB_OFF_NOEXEC, SUSPENDJOB, RESUMEJOB, RELEASE_RESOURCE, KILLJOB, SEND_SIGNAL, CHANGE_STATUS, CHANGE_PRIORITY, REPLY_RESPONSE, COMMENT, ALARM, SET_GLOBAL';
  test.for<{ event: string; expected: readonly string[] }>([
    {
      event: 'on: FAILED, event: STARTJOBS, job: J',
      expected: [`event: found "STARTJOBS", allowed: ${kinds}; did you mean STARTJOB?`],
    },
    {
      event: 'on: FAILED, event: STOP_DEMON',
      expected: [
        'event: STOP_DEMON is not allowed in a route, because it shuts down the scheduler for all jobs; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: DELETEJOB, job: J',
      expected: [
        'event: DELETEJOB is not allowed in a route, because it deletes a job definition permanently; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: MACH_OFFLINE',
      expected: [
        'event: MACH_OFFLINE is not allowed in a route, because it takes the machine offline for all of its jobs; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: MACH_ONLINE',
      expected: [
        'event: MACH_ONLINE is not allowed in a route, because it brings a machine online that an operator may have taken offline on purpose; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: CHANGE_STATUS',
      expected: [
        'event CHANGE_STATUS requires job; add it',
        'event CHANGE_STATUS requires status; add it',
      ],
    },
    {
      event: 'on: FAILED, event: STARTJOB, job: J, value: x, status: SUCCESS',
      expected: [
        'event STARTJOB takes no value; allowed: job, comment',
        'event STARTJOB takes no status; allowed: job, comment',
      ],
    },
    {
      event: 'on: [FAILED, FAILD, SUBMITTED], event: STARTJOB, job: J',
      expected: [
        `"FAILD" is not a status of an execution; did you mean FAILED?; ${ofExecutions}`,
        `"SUBMITTED" is not a status of an execution; ${ofExecutions}`,
      ],
    },
    {
      event: 'event: STARTJOB, job: J',
      expected: ['on is missing; allowed: a status of AWS, such as FAILED'],
    },
    {
      event: 'on: [], event: STARTJOB, job: J',
      expected: ['on: found an empty list, allowed: a list of one or more'],
    },
    { event: 'on: FAILED, job: J', expected: [`event is missing; allowed: ${kinds}`] },
    {
      event: 'on: FAILED, event: SEND_SIGNAL, job: J, signals: KILL',
      expected: ['signals: found "KILL", allowed: signal numbers, such as 9 or 15,9'],
    },
    {
      event: 'on: FAILED, event: CHANGE_PRIORITY, job: J, priority: -1',
      expected: ['priority: found a number below 0, allowed: a whole number from 0'],
    },
    {
      event: 'on: FAILED, event: CHANGE_PRIORITY, job: J, priority: 1.5',
      expected: ['priority: found a number, allowed: a whole number from 0'],
    },
    {
      event: 'on: FAILED, event: ALARM, alarm: help me',
      expected: ['alarm: found "help me", allowed: the name of an alarm, such as JOBFAILURE'],
    },
    {
      event: `on: FAILED, event: COMMENT, job: J, comment: ${'x'.repeat(256)}`,
      expected: [
        `comment: found 256 characters, "${'x'.repeat(40)}…", allowed: at most 255 characters`,
      ],
    },
  ])('is rejected with $event', ({ event, expected }) => {
    const faults = routeFaults(machine, 'global: G', 'events:', `  - { ${event} }`);

    expect(faults).toEqual(expected);
  });

  test('of each kind is either rejected with a reason, or valid after its fields are filled', () => {
    const fields =
      'job: J, globalVariable: G, value: v, status: SUCCESS, signals: "9", priority: 1, response: r, alarm: JOBFAILURE, comment: c';

    const outcomes = autosysEventKinds.map((kind) => {
      const faults = routeFaults(
        machine,
        'events:',
        `  - { on: FAILED, event: ${kind}, ${fields} }`,
      );
      if (faults.some((fault) => fault.includes('is not allowed in a route')))
        return `${kind} refused`;
      const extra = faults.map((fault) => /takes no (\w+);/.exec(fault)?.[1]);
      const valid = fields
        .split(/, (?=\w+:)/)
        .filter((field) => !extra.includes(field.split(':')[0]));
      const route = readRoute(
        machine,
        'events:',
        `  - { on: FAILED, event: ${kind}, ${valid.join(', ')} }`,
      );
      const [template] = route.actions.FAILED ?? [];
      const filled = Object.entries(template?.fields ?? {}).map(([name, text]) => {
        const result = fillTemplate(text, anExecution());
        return [name, result.kind === 'text' ? result.text : ''] as const;
      });
      return `${createAutosysEvent(kind, Object.fromEntries(filled)).kind} valid`;
    });

    const refused = ['STOP_DEMON', 'DELETEJOB', 'MACH_OFFLINE', 'MACH_ONLINE'];
    expect(outcomes).toEqual(
      autosysEventKinds.map((kind) => `${kind} ${refused.includes(kind) ? 'refused' : 'valid'}`),
    );
  });
});

test('compiles global variables first, then mirrored jobs, then events', () => {
  const route = readRoute(
    machine,
    'events:',
    '  - { on: FAILED, event: STARTJOB, job: A }',
    '  - { on: FAILED, event: STARTJOB, job: B }',
    'job: M',
    'global: G',
  );

  expect(route.actions.FAILED?.map(({ kind, fields }) => `${kind} ${fields['job'] ?? ''}`)).toEqual(
    ['SET_GLOBAL ', 'CHANGE_STATUS M', 'STARTJOB A', 'STARTJOB B'],
  );
});

test('checks the actions even if the origin is invalid', () => {
  expect(routeFaults('from: { stateMachine: a?, nodes: x }', 'global: A B')).toHaveLength(3);
  expect(
    routeFaults(
      'from: { machine: x }',
      'global: { name: G, values: { NO: x, PENDING: "${exitCode}" } }',
    ),
  ).toEqual([
    expect.stringMatching(/^unknown key "machine" in from/),
    expect.stringMatching(/^"NO" is not a status of AWS; allowed: RUNNING, .*SUBMITTED/),
  ]);
});
