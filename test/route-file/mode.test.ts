import { describe, expect, test } from 'vitest';
import { describeProblem, toPosition } from '../../autosys/source.ts';
import { RouteFileError, readRouteFile } from '../../route-file/index.ts';

const head = `instances:
  ACE: { endpoints: [https://autosys.example.com:9443], secret: a }
  BEE: { endpoints: [https://bee.example.com:9443], secret: b }
routes:
`;
const aRoute = (name: string, mode: string, more = 'global: AWS_X') =>
  `  - { name: ${name}, to: ACE, from: { stateMachine: ${name} }, ${mode}${more} }\n`;

const read = (text: string) => readRouteFile({ name: 'bridge.yaml', text }, () => undefined);

function faultsOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof RouteFileError)) throw error;
    return error.problems.map(({ start, message }) => {
      const { line, column } = toPosition(error.source, start);
      return `${line}:${column} ${message}`;
    });
  }
}

const warningsOf = (text: string) => {
  const { source, warnings } = read(text);
  return warnings.map((warning) => describeProblem(source, warning).split('\n')[0]);
};

describe('the mode of a route', () => {
  test.for([
    { mode: '{ job: OLD_POLL_JOB }', observe: { job: 'OLD_POLL_JOB', pollsEveryMs: 2_000 } },
    {
      mode: '{ variable: OLD_RESULT, pollsEvery: 1m }',
      observe: { variable: 'OLD_RESULT', pollsEveryMs: 60_000 },
    },
  ])('is compiled from $mode', ({ mode, observe }) => {
    const { config } = read(`${head}${aRoute('a', `mode: { observe: ${mode} }, `)}`);

    expect(config.routes).toMatchObject([{ name: 'a', observe }]);
  });

  test('holds for each instance of the route', () => {
    const text = `${head}  - { name: a, to: [ACE, BEE], from: { stateMachine: a }, mode: { observe: { job: OLD } }, global: X }\n`;

    expect(read(text).config.routes).toMatchObject([
      { to: 'ACE', observe: { job: 'OLD' } },
      { to: 'BEE', observe: { job: 'OLD' } },
    ]);
  });

  test.for([
    { mode: 'observe', fault: 'mode: found "observe", allowed: a mapping with observe' },
    { mode: '{}', fault: 'observe is missing; allowed: a mapping with job, variable, pollsEvery' },
    {
      mode: '{ live: true }',
      fault: 'unknown key "live" in mode; a route without mode is live, so remove mode',
    },
    {
      mode: '{ observe: {} }',
      fault:
        'observe: found neither of job and variable, allowed: one of them, such as { job: OLD_POLL_JOB }',
    },
    {
      mode: '{ observe: { job: A, variable: B } }',
      fault:
        'observe: found both of job and variable, allowed: one of them, such as { job: OLD_POLL_JOB }',
    },
    {
      mode: '{ observe: { job: "POLL_*" } }',
      fault:
        'job: found "POLL_*", allowed: letters, digits and . _ # - @ :, up to 64 characters: the whole name, without fields and patterns',
    },
    {
      mode: '{ observe: { job: A, pollsEvery: 2 } }',
      fault:
        'pollsEvery: found a number, allowed: from 100ms to 1d, such as 2s or 1m; put it in quotes',
    },
    {
      mode: '{ observe: { job: A, pollsEvery: 2d } }',
      fault: 'pollsEvery: found "2d", allowed: from 100ms to 1d, such as 2s or 1m',
    },
  ])('is rejected if it is $mode', ({ mode, fault }) => {
    expect(faultsOf(`${head}${aRoute('a', `mode: ${mode}, `)}`)).toContainEqual(
      expect.stringMatching(
        new RegExp(`^5:\\d+ ${fault.replaceAll(/[.*+?^$(){}|[\]\\]/g, '\\$&')}$`),
      ),
    );
  });

  test.for([
    {
      what: 'a group',
      text: 'groups:\n  - { name: g, mode: {}, members: { stateMachine: x }, day: { timezone: UTC, cutoff: "18:00" }, global: G, to: ACE }\n',
      column: 16,
    },
    {
      what: 'members',
      text: 'groups:\n  - { name: g, members: { stateMachine: x, mode: {} }, day: { timezone: UTC, cutoff: "18:00" }, global: G, to: ACE }\n',
      column: 44,
    },
    { what: 'a target', text: 'targets:\n  t: { stateMachine: s, mode: {} }\n', column: 25 },
    {
      what: 'an entry of requests',
      text: 'requests:\n  t: { instance: ACE, globals: [X], mode: {} }\n',
      column: 37,
    },
  ])('is rejected in $what, with its position', ({ what, text, column }) => {
    expect(faultsOf(`${head}${aRoute('a', '')}${text}`)).toContain(
      `7:${column} unknown key "mode" in ${what}: ${what} cannot be observed; allowed: mode in an entry of routes`,
    );
  });
});

describe('an observed route and a live route with the same variable', () => {
  const observed = aRoute('a', 'mode: { observe: { job: OLD } }, ');

  test('are valid together, with a warning of the fault that they are when both are live', () => {
    const text = `${head}${observed}${aRoute('b', '')}`;

    expect(warningsOf(text)).toEqual([
      expect.stringContaining(
        'once the observed routes are live: route a (line 5) also sets AWS_X',
      ),
    ]);
    expect(faultsOf(text.replace('mode: { observe: { job: OLD } }, ', ''))).toHaveLength(1);
  });

  test('have no warning if they fit together', () => {
    expect(warningsOf(`${head}${observed}${aRoute('b', '', 'global: AWS_Y')}`)).toEqual([]);
  });
});
