import { describe, expect, test } from 'vitest';
import { aFile, faultsOf, read, readRoute } from './files.ts';

const batch = 'from: { jobQueue: night, jobName: risk }';
const machine = 'from: { stateMachine: settlement }';

describe('the condition of a route', () => {
  test('is compiled to JSON, with its text', () => {
    const { when } = readRoute(
      batch,
      'when: { exitCode: [4, { anything-but: [0] }] }',
      'global: G',
    );

    expect(when).toEqual({
      text: '{"exitCode":[4,{"anything-but":[0]}]}',
      combinations: [
        [
          {
            path: 'exitCode',
            tests: [
              { kind: 'value', value: 4 },
              { kind: 'noNumber', numbers: [0] },
            ],
          },
        ],
      ],
    });
  });

  test.for([
    {
      from: batch,
      when: '{ error: [X] }',
      fault: /^8:13 when: a Batch job has no error; allowed: status, .*\bexitCode\b/,
    },
    {
      from: batch,
      when: '{ output: { a: [1] } }',
      fault: /^8:13 when: a Batch job has no output;/,
    },
    {
      from: machine,
      when: '{ eror: [X] }',
      fault: /^8:13 when: an execution has no eror; did you mean error\?;/,
    },
    {
      from: batch,
      when: '{ exitCode: 4 }',
      fault: /^8:23 when: found 4, allowed: a list of values, as in \[4\]$/,
    },
    {
      from: batch,
      when: '{ exitCode: ["4"] }',
      fault: /^8:13 when: exitCode: found "4", allowed: a number$/,
    },
    {
      from: machine,
      when: '{ error: [404] }',
      fault: /^8:13 when: error: found 404, allowed: a text; put it in quotes$/,
    },
    {
      from: machine,
      when: '{ status: [FAILDE] }',
      fault: /^8:13 when: status: found "FAILDE"; did you mean FAILED\?; allowed: RUNNING/,
    },
    {
      from: machine,
      when: '{ output: { total: [{ numeric: [">"] }] } }',
      fault:
        /^8:23 when: event pattern at output\.total, operator "numeric": found \[">"\], allowed: /,
    },
    {
      from: machine,
      when: '{}',
      fault: /^8:11 when: event pattern at \(root\): found an empty object/,
    },
    { from: machine, when: 'x', fault: /^8:11 when: found "x", allowed: a mapping, such as/ },
  ])('is rejected with its place: $when', ({ from, when, fault }) => {
    expect(faultsOf(aFile('to: ACE', from, `when: ${when}`, 'global: G'))).toEqual([
      expect.stringMatching(fault),
    ]);
  });
});

describe('two routes with conditions', () => {
  const toFile = (one: string, other: string) =>
    `${aFile('to: ACE', batch, `when: ${one}`, 'global: { name: G, values: { FAILED: A } }')}  - { name: two, to: ACE, ${batch}, ${other}, global: { name: G, values: { FAILED: B } } }\n`;

  test.for([
    { one: '{ exitCode: [4] }', other: 'when: { exitCode: [5, 6] }' },
    { one: '{ exitCode: [4] }', other: 'when: { exitCode: [{ anything-but: [4, 0] }] }' },
    { one: '{ exitCode: [{ numeric: [">", 4] }] }', other: 'when: { exitCode: [0, 4] }' },
    { one: '{ reason: [a], exitCode: [1] }', other: 'when: { reason: [b] }' },
  ])('that exclude each other may set two values: $one, $other', ({ one, other }) => {
    expect(read(toFile(one, other)).warnings).toEqual([]);
  });

  test.for([
    { one: '{ exitCode: [4] }', other: 'when: { exitCode: [4, 5] }' },
    { one: '{ exitCode: [4] }', other: 'when: { reason: [x] }' },
    {
      one: '{ exitCode: [{ numeric: [">", 4] }] }',
      other: 'when: { exitCode: [{ numeric: ["<", 3] }] }',
    },
    { one: '{ exitCode: [4] }', other: 'endsWithin: 2h' },
  ])('that may both hold cause a warning: $one, $other', ({ one, other }) => {
    expect(read(toFile(one, other)).warnings).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('may match the same events and sets G of ACE'),
      }),
    ]);
  });

  test('that are the same are rejected', () => {
    const fault = 'matches the same events and sets G of ACE to another value on FAILED';

    expect(faultsOf(toFile('{ exitCode: [4] }', 'when: { exitCode: [4] }'))).toEqual([
      expect.stringContaining(fault),
    ]);
  });
});

describe('a route to several instances', () => {
  test('is one route for each, in the order of the file', () => {
    const { routes } = read(aFile('to: [PRD, ACE]', machine, 'global: G')).config;

    expect(routes.map(({ name, to }) => [name, to])).toEqual([
      ['one', 'PRD'],
      ['one', 'ACE'],
    ]);
    expect({ ...routes[0], to: '' }).toEqual({ ...routes[1], to: '' });
  });

  test.for([
    { to: '[ACE, ACE]', fault: '6:15 to: instance ACE is listed twice; remove one' },
    {
      to: '[ACE, DR1]',
      fault: '6:15 to: unknown instance "DR1"; allowed: ACE, PRD',
    },
    { to: '[]', fault: '6:9 to: found an empty list, allowed: a list of one or more' },
  ])('is rejected with its place: $to', ({ to, fault }) => {
    expect(faultsOf(aFile(`to: ${to}`, machine, 'global: G'))).toEqual([fault]);
  });

  test('conflicts with a route to one of them, there only', () => {
    const file = aFile('to: [ACE, PRD]', machine, 'global: G');
    const other = (to: string) =>
      `${file}  - { name: two, to: ${to}, ${machine}, global: { name: G, values: { FAILED: KO } } }\n`;

    expect(faultsOf(other('PRD'))).toEqual([expect.stringContaining('sets G of PRD to another')]);
    expect(faultsOf(other('[ACE, PRD]'))).toEqual([
      expect.stringContaining('sets G of ACE to another'),
      expect.stringContaining('sets G of PRD to another'),
    ]);
  });

  test('is warned once of a combine without effect', () => {
    const { warnings } = read(aFile('to: [ACE, PRD]', machine, 'combine: latest', 'global: G'));

    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('combine has no effect'),
    ]);
  });
});
