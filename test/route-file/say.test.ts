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
  test.for<{ from: string; line: string; says: readonly string[] }>([
    {
      from: machine,
      line: 'global: G',
      says: ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'],
    },
    { from: batch, line: 'global: G', says: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'] },
    {
      from: batch,
      line: 'global: { name: G }',
      says: ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'],
    },
  ])('says the usual status words with $line from $from', ({ from, line, says }) => {
    expect(toLines(readRoute(from, line))).toEqual(
      says.map((status) => `${status} SET_GLOBAL globalVariable=G value=${status}`),
    );
  });

  test.for<{ values: string; says: readonly string[] }>([
    { values: 'SUCCEEDED: OK', says: ['SUCCEEDED=OK'] },
    { values: 'RUNNABLE: WAITS, FAILED: ""', says: ['RUNNABLE=WAITS', 'FAILED='] },
    {
      values: 'SUCCEEDED: OK, default: "${status}"',
      says: [
        'SUCCEEDED=OK',
        'PENDING={"field":"status"}',
        'RUNNING={"field":"status"}',
        'FAILED={"field":"status"}',
      ],
    },
  ])('with values says exactly these: $values', ({ values, says }) => {
    const lines = toLines(readRoute(batch, `global: { name: G, values: { ${values} } }`));

    expect(lines.map((line) => line.replace(' SET_GLOBAL globalVariable=G value=', '='))).toEqual(
      says,
    );
  });

  test('stands in a list with others', () => {
    const route = readRoute(
      machine,
      'global: [A, { name: "B_${stateMachine:60}", values: { FAILED: KO } }]',
    );

    expect(toLines(route).filter((line) => line.startsWith('FAILED'))).toEqual([
      'FAILED SET_GLOBAL globalVariable=A value=FAILED',
      'FAILED SET_GLOBAL globalVariable=B_{"field":"stateMachine","max":60} value=KO',
    ]);
  });

  test.for<{ line: string; says: readonly string[] }>([
    {
      line: `global: ${'x'.repeat(65)}`,
      says: [
        `global variable name: found 65 characters, "${'x'.repeat(40)}…", allowed: at most 64 characters`,
      ],
    },
    {
      line: 'global: A B',
      says: ['global variable name: found "A B", allowed: letters, digits and . _ -'],
    },
    {
      line: 'global: 7',
      says: ['global: found a number, allowed: a name, or a mapping with name'],
    },
    { line: 'global: []', says: ['global: found an empty list, allowed: a list of one or more'] },
    {
      line: 'global: [7]',
      says: ['global: found a number, allowed: a name, or a mapping with name'],
    },
    { line: 'global: {}', says: ['global is missing; allowed: a text'] },
    {
      line: 'global: { name: G, value: x }',
      says: ['unknown key "value" in global; did you mean values?; allowed: name, values'],
    },
    {
      line: 'global: { name: G, values: {} }',
      says: ['values: found none, allowed: one status or more'],
    },
    {
      line: 'global: { name: G, values: OK }',
      says: ['values: found "OK", allowed: a mapping from status to value'],
    },
    {
      line: 'global: { name: A B, values: { FAILD: KO, RUNNING: 1, SUCCEEDED: DELETE } }',
      says: [
        'global variable name: found "A B", allowed: letters, digits and . _ -',
        `"FAILD" is no status of an execution; did you mean FAILED?; ${ofExecutions}, default`,
        'value: found a number, allowed: a text; put it in quotes',
        'global variable value: found "DELETE", allowed: any value except the reserved word DELETE, which deletes the variable',
      ],
    },
    {
      line: 'global: { name: G, values: { PENDING: x } }',
      says: [`"PENDING" is no status of an execution; ${ofExecutions}, default`],
    },
    {
      line: `global: { name: G, values: { FAILED: ${'x'.repeat(101)} } }`,
      says: [
        `global variable value: found 101 characters, "${'x'.repeat(40)}…", allowed: at most 100 characters`,
      ],
    },
    {
      line: 'global: { name: G, values: { FAILED: "${cause}" } }',
      says: ['cause may be of any length or absent; write it as ${cause:80|none}'],
    },
    {
      line: 'globals: [G]',
      says: [
        'this route says nothing; give it a global, a job or events',
        'unknown key "globals" in a route; did you mean global? It takes one or a list',
      ],
    },
  ])('is refused with $line', ({ line, says }) => {
    expect(routeFaults(machine, line)).toEqual(says);
  });
});

describe('a mirrored job', () => {
  test.for<{ from: string; line: string; says: readonly string[] }>([
    {
      from: machine,
      line: 'job: J',
      says: [
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
      says: ['RUNNING=RUNNING', 'SUCCEEDED=SUCCESS', 'FAILED=FAILURE'],
    },
    {
      from: batch,
      line: 'job: { name: J, statuses: { FAILED: TERMINATED, RUNNING: none, RUNNABLE: QUE_WAIT } }',
      says: ['SUCCEEDED=SUCCESS', 'FAILED=TERMINATED', 'RUNNABLE=QUE_WAIT'],
    },
  ])('shows $says with $line', ({ from, line, says }) => {
    const lines = toLines(readRoute(from, line));

    expect(lines.map((text) => text.replace(' CHANGE_STATUS job=J status=', '='))).toEqual(says);
  });

  test('stands in a list with others', () => {
    const route = readRoute(batch, 'job: [A, { name: "${jobQueue:60}#1" }]');

    expect(toLines(route).filter((line) => line.startsWith('FAILED'))).toEqual([
      'FAILED CHANGE_STATUS job=A status=FAILURE',
      'FAILED CHANGE_STATUS job={"field":"jobQueue","max":60}#1 status=FAILURE',
    ]);
  });

  test.for<{ line: string; says: readonly string[] }>([
    {
      line: `job: ${'x'.repeat(65)}`,
      says: [`job name: found 65 characters, "${'x'.repeat(40)}…", allowed: at most 64 characters`],
    },
    {
      line: 'job: { name: J, statuses: { RUNNING: none, SUCCEEDED: none, FAILED: none } }',
      says: ['job: every status is none; leave the job out'],
    },
    {
      line: 'job: { name: J, statuses: { ABORTED: FAILURE } }',
      says: [`"ABORTED" is no status of a Batch job; ${ofBatchJobs}`],
    },
    {
      line: 'job: { name: J, statuses: { FAILED: FAILED } }',
      says: [
        'status: found "FAILED", allowed: ACTIVATED, FAILURE, INACTIVE, ON_HOLD, ON_ICE, QUE_WAIT, REFRESH_DEPENDENCIES, REFRESH_FILEWATCHER, RESTART, RUNNING, STARTING, SUCCESS, TERMINATED, none',
      ],
    },
  ])('is refused with $line', ({ line, says }) => {
    expect(routeFaults(batch, line)).toEqual(says);
  });
});

describe('an event', () => {
  test.for<{ event: string; says: readonly string[] }>([
    {
      event: 'on: FAILED, event: FORCE_STARTJOB, job: J',
      says: ['FAILED FORCE_STARTJOB job=J'],
    },
    {
      event: 'on: [FAILED, ABORTED, FAILED], event: KILLJOB, job: J, signals: "15,9", comment: c',
      says: [
        'FAILED KILLJOB job=J signals=15,9 comment=c',
        'ABORTED KILLJOB job=J signals=15,9 comment=c',
      ],
    },
    {
      event: 'on: FAILED, event: SEND_SIGNAL, job: J, signals: "9"',
      says: ['FAILED SEND_SIGNAL job=J signals=9'],
    },
    {
      event: 'on: FAILED, event: CHANGE_STATUS, job: J, status: ON_ICE',
      says: ['FAILED CHANGE_STATUS job=J status=ON_ICE'],
    },
    {
      event: 'on: FAILED, event: CHANGE_PRIORITY, job: J, priority: 0',
      says: ['FAILED CHANGE_PRIORITY job=J priority=0'],
    },
    {
      event: 'on: SUCCEEDED, event: REPLY_RESPONSE, job: J, response: "${output.answer}"',
      says: ['SUCCEEDED REPLY_RESPONSE job=J response={"field":"output.answer"}'],
    },
    {
      event: 'on: FAILED, event: COMMENT, job: J, comment: c',
      says: ['FAILED COMMENT job=J comment=c'],
    },
    {
      event: 'on: FAILED, event: ALARM, alarm: JOBFAILURE',
      says: ['FAILED ALARM alarm=JOBFAILURE'],
    },
    {
      event: 'on: FAILED, event: SET_GLOBAL, globalVariable: G, value: "1"',
      says: ['FAILED SET_GLOBAL globalVariable=G value=1'],
    },
  ])('is read from $event', ({ event, says }) => {
    expect(toLines(readRoute(machine, 'events:', `  - { ${event} }`))).toEqual(says);
  });

  const kinds =
    'STARTJOB, FORCE_STARTJOB, RESTARTJOB, JOB_ON_HOLD, JOB_OFF_HOLD, JOB_ON_ICE, JOB_OFF_ICE, JOB_ON_NOEXEC, JOB_OFF_NOEXEC, SUSPENDJOB, RESUMEJOB, RELEASE_RESOURCE, KILLJOB, SEND_SIGNAL, CHANGE_STATUS, CHANGE_PRIORITY, REPLY_RESPONSE, COMMENT, ALARM, SET_GLOBAL';
  test.for<{ event: string; says: readonly string[] }>([
    {
      event: 'on: FAILED, event: STARTJOBS, job: J',
      says: [`event: found "STARTJOBS", allowed: ${kinds}; did you mean STARTJOB?`],
    },
    {
      event: 'on: FAILED, event: STOP_DEMON',
      says: [
        'event: STOP_DEMON cannot be caused from AWS, it shuts the scheduler down for everybody; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: DELETEJOB, job: J',
      says: [
        'event: DELETEJOB cannot be caused from AWS, it removes a definition that nothing brings back; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: MACH_OFFLINE',
      says: [
        'event: MACH_OFFLINE cannot be caused from AWS, it takes a machine away from every job on it; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: MACH_ONLINE',
      says: [
        'event: MACH_ONLINE cannot be caused from AWS, it brings back a machine that somebody may have taken out on purpose; send it by hand',
      ],
    },
    {
      event: 'on: FAILED, event: CHANGE_STATUS',
      says: [
        'event CHANGE_STATUS needs job, and has none',
        'event CHANGE_STATUS needs status, and has none',
      ],
    },
    {
      event: 'on: FAILED, event: STARTJOB, job: J, value: x, status: SUCCESS',
      says: [
        'event STARTJOB takes no value; allowed: job, comment',
        'event STARTJOB takes no status; allowed: job, comment',
      ],
    },
    {
      event: 'on: [FAILED, FAILD, SUBMITTED], event: STARTJOB, job: J',
      says: [
        `"FAILD" is no status of an execution; did you mean FAILED?; ${ofExecutions}`,
        `"SUBMITTED" is no status of an execution; ${ofExecutions}`,
      ],
    },
    {
      event: 'event: STARTJOB, job: J',
      says: ['on is missing; allowed: a status of AWS, such as FAILED'],
    },
    {
      event: 'on: [], event: STARTJOB, job: J',
      says: ['on: found an empty list, allowed: a list of one or more'],
    },
    { event: 'on: FAILED, job: J', says: [`event is missing; allowed: ${kinds}`] },
    {
      event: 'on: FAILED, event: SEND_SIGNAL, job: J, signals: KILL',
      says: ['signals: found "KILL", allowed: numbers of signals, such as 9 or 15,9'],
    },
    {
      event: 'on: FAILED, event: CHANGE_PRIORITY, job: J, priority: -1',
      says: ['priority: found a number below 0, allowed: a whole number from 0'],
    },
    {
      event: 'on: FAILED, event: CHANGE_PRIORITY, job: J, priority: 1.5',
      says: ['priority: found a number, allowed: a whole number from 0'],
    },
    {
      event: 'on: FAILED, event: ALARM, alarm: help me',
      says: ['alarm: found "help me", allowed: the name of an alarm, such as JOBFAILURE'],
    },
    {
      event: `on: FAILED, event: COMMENT, job: J, comment: ${'x'.repeat(256)}`,
      says: [
        `comment: found 256 characters, "${'x'.repeat(40)}…", allowed: at most 255 characters`,
      ],
    },
  ])('is refused with $event', ({ event, says }) => {
    const faults = routeFaults(machine, 'global: G', 'events:', `  - { ${event} }`);

    expect(faults).toEqual(says);
  });

  test('of each kind is either refused for a reason or lawful once its fields are filled', () => {
    const fields =
      'job: J, globalVariable: G, value: v, status: SUCCESS, signals: "9", priority: 1, response: r, alarm: JOBFAILURE, comment: c';

    const outcomes = autosysEventKinds.map((kind) => {
      const faults = routeFaults(
        machine,
        'events:',
        `  - { on: FAILED, event: ${kind}, ${fields} }`,
      );
      if (faults.some((fault) => fault.includes('cannot be caused'))) return `${kind} refused`;
      const extra = faults.map((fault) => /takes no (\w+);/.exec(fault)?.[1]);
      const lawful = fields
        .split(/, (?=\w+:)/)
        .filter((field) => !extra.includes(field.split(':')[0]));
      const route = readRoute(
        machine,
        'events:',
        `  - { on: FAILED, event: ${kind}, ${lawful.join(', ')} }`,
      );
      const [template] = route.say.FAILED ?? [];
      const filled = Object.entries(template?.fields ?? {}).map(([name, text]) => {
        const result = fillTemplate(text, anExecution());
        return [name, result.kind === 'text' ? result.text : ''] as const;
      });
      return `${createAutosysEvent(kind, Object.fromEntries(filled)).kind} lawful`;
    });

    const refused = ['STOP_DEMON', 'DELETEJOB', 'MACH_OFFLINE', 'MACH_ONLINE'];
    expect(outcomes).toEqual(
      autosysEventKinds.map((kind) => `${kind} ${refused.includes(kind) ? 'refused' : 'lawful'}`),
    );
  });
});

test('says global variables first, then mirrored jobs, then events', () => {
  const route = readRoute(
    machine,
    'events:',
    '  - { on: FAILED, event: STARTJOB, job: A }',
    '  - { on: FAILED, event: STARTJOB, job: B }',
    'job: M',
    'global: G',
  );

  expect(route.say.FAILED?.map(({ kind, fields }) => `${kind} ${fields['job'] ?? ''}`)).toEqual([
    'SET_GLOBAL ',
    'CHANGE_STATUS M',
    'STARTJOB A',
    'STARTJOB B',
  ]);
});

test('checks what it can where the origin does not read', () => {
  expect(routeFaults('from: { stateMachine: a?, nodes: x }', 'global: A B')).toHaveLength(3);
  expect(
    routeFaults(
      'from: { machine: x }',
      'global: { name: G, values: { NO: x, PENDING: "${exitCode}" } }',
    ),
  ).toEqual([
    expect.stringMatching(/^unknown key "machine" in from/),
    expect.stringMatching(/^"NO" is no status of AWS; allowed: RUNNING, .*SUBMITTED/),
  ]);
});
