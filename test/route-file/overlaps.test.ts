import { describe, expect, test } from 'vitest';
import { toPosition } from '../../autosys/source.ts';
import { aFile, faultsOf, read } from './files.ts';

const settlement = 'stateMachine: settlement';
const inRegion = 'arn:aws:states:eu-west-1:111122223333:stateMachine';
const setKo = 'global: { name: G, values: { FAILED: KO } }';

/** Two routes: the first sets G on every default status, the second has the given action. */
const file = (first: string, second: string, action: string) =>
  `${aFile('to: ACE', `from: { ${first} }`, 'combine: latest', 'global: G')}  - { name: two, to: ACE, combine: latest, from: { ${second} }, ${action} }\n`;

function warningsOf(text: string): readonly string[] {
  return read(text).warnings.map(({ start, message }) => {
    const { line, column } = toPosition({ name: 'b', text }, start);
    return `${line}:${column} ${message}`;
  });
}

/** The warnings, except that `combine` is not needed. */
function overlapsOf(text: string): readonly string[] {
  return warningsOf(text).filter((warning) => !warning.includes('combine has no effect'));
}

describe('two routes that set one target to two values', () => {
  test.for([
    { when: 'match the same events', first: settlement, second: settlement },
    {
      when: 'match a glob and a name within it',
      first: 'stateMachine: settle*',
      second: settlement,
    },
    {
      when: 'match an ARN and one of its versions',
      first: `stateMachine: "${inRegion}:settlement"`,
      second: `stateMachine: "${inRegion}:settlement:7"`,
    },
    {
      when: 'match a glob and a narrower one',
      first: 'stateMachine: s*',
      second: 'stateMachine: se*t',
    },
    {
      when: 'match an execution and also its children',
      first: settlement,
      second: `${settlement}, mapChildren: include`,
    },
    {
      when: 'match a queue and a name in it',
      first: 'jobQueue: q',
      second: 'jobQueue: q, jobName: risk-*',
    },
    {
      when: 'match a definition and its revision',
      first: 'jobDefinition: d',
      second: 'jobDefinition: d:7',
    },
  ])('are rejected if they $when', ({ first, second }) => {
    expect(faultsOf(file(first, second, setKo))).toEqual([
      '10:13 route one (line 5) matches the same events and sets G of ACE to another value on FAILED; only the first would be sent, so remove one of them, or use different names',
    ]);
  });

  test.for([
    {
      when: 'two globs may match the same name',
      first: 'stateMachine: set*',
      second: 'stateMachine: "*ment"',
    },
    {
      when: 'a queue and a definition may match the same job',
      first: 'jobQueue: q',
      second: 'jobDefinition: d',
    },
    {
      when: 'each is narrower in one key',
      first: `${settlement}, account: "111122223333"`,
      second: `${settlement}, region: eu-west-1`,
    },
    {
      when: 'the account of the stack may be that of an ARN',
      first: settlement,
      second: `stateMachine: "${inRegion}:settlement"`,
    },
    {
      when: 'the account of the stack may be the given one',
      first: settlement,
      second: `${settlement}, account: "111122223333"`,
    },
  ])('cause a warning if $when', ({ first, second }) => {
    expect(warningsOf(file(first, second, setKo))).toEqual([
      '10:13 route one (line 5) may match the same events and sets G of ACE to another value on FAILED; for such an event, only the first value would be sent',
    ]);
  });

  test('are also rejected for the status of a job', () => {
    const text = file(settlement, settlement, 'job: { name: J, statuses: { FAILED: TERMINATED } }');

    expect(faultsOf(text.replace('global: G', 'job: J'))).toEqual([
      expect.stringMatching(
        /^10:13 route one \(line 5\) .* the status of job J of ACE to another value on FAILED;/,
      ),
    ]);
  });

  test.for([
    { one: 'JOB_ON_HOLD', other: 'JOB_OFF_HOLD', target: 'the hold of job J' },
    { one: 'JOB_ON_ICE', other: 'JOB_OFF_ICE', target: 'the ice of job J' },
    {
      one: 'CHANGE_PRIORITY, priority: 1',
      other: 'CHANGE_PRIORITY, priority: 2',
      target: 'the priority of job J',
    },
  ])('are also rejected for $target', ({ one, other, target }) => {
    const action = (event: string) => `events: [{ on: FAILED, event: ${event}, job: J }]`;
    const text = `${aFile('to: ACE', `from: { ${settlement} }`, action(one))}  - { name: two, to: ACE, from: { ${settlement} }, ${action(other)} }\n`;

    expect(faultsOf(text)).toEqual([
      expect.stringContaining(`sets ${target} of ACE to another value on FAILED`),
    ]);
  });

  test('are rejected within one route', () => {
    expect(
      faultsOf(
        aFile(
          'to: ACE',
          `from: { ${settlement} }`,
          'global: [G, { name: G, values: { FAILED: KO } }]',
        ),
      ),
    ).toEqual([
      '5:11 this route sets G of ACE to two values on FAILED; only the first would be sent, so remove one',
    ]);
  });
});

describe('routes that match different runs of one workload', () => {
  const runs = [
    {
      when: 'an execution and its children',
      first: settlement,
      second: `${settlement}, mapChildren: only`,
    },
    {
      when: 'two aliases',
      first: `stateMachine: "${inRegion}:settlement:live"`,
      second: `stateMachine: "${inRegion}:settlement:test"`,
    },
    {
      when: 'two revisions of a job definition',
      first: 'jobQueue: q, jobName: j, jobDefinition: d:7',
      second: 'jobQueue: q, jobName: j, jobDefinition: d:8',
    },
  ];

  test.for(runs)('cause a warning if they share a target: $when', ({ first, second }) => {
    const text = file(first, second, 'global: G').replaceAll(
      /^ {4}combine: latest\n|combine: latest, /gm,
      '',
    );

    expect(warningsOf(text)).toContain(
      '9:13 route one (line 5) also sets G of ACE, for other runs of the same workload: a FAILED of one run is discarded when another run that began later succeeds; use different names, or add combine: latest to both routes if the run that began last should decide',
    );
  });

  test.for(runs)('cause no warning with combine: $when', ({ first, second }) => {
    expect(warningsOf(file(first, second, 'global: G'))).not.toContainEqual(
      expect.stringContaining('other runs'),
    );
  });
});

describe('routes that share a target', () => {
  test('are rejected after other routes that share it', () => {
    const third = `  - { name: three, to: ACE, combine: latest, from: { stateMachine: fx }, ${setKo} }\n`;

    expect(faultsOf(file(settlement, 'stateMachine: fx', 'global: G') + third)).toEqual([
      expect.stringMatching(
        /^11:13 route two \(line 10\) matches the same events and sets G of ACE/,
      ),
    ]);
  });

  test('cause a warning if they match the same events and set the same value', () => {
    expect(
      overlapsOf(file(settlement, settlement, 'global: { name: G, values: { FAILED: FAILED } }')),
    ).toEqual([
      '10:13 route one (line 5) matches the same events and sets G of ACE to the same value on FAILED; remove one of them',
    ]);
  });

  test('cause a warning within one route', () => {
    expect(warningsOf(aFile('to: ACE', `from: { ${settlement} }`, 'global: [G, G]'))).toEqual([
      '5:11 this route sets G of ACE twice on RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED; remove one',
    ]);
  });

  test.for([
    {
      but: 'act on other statuses',
      action: 'global: { name: G, values: { PENDING_REDRIVE: KO } }',
    },
    { but: 'set another variable', action: 'global: H' },
    { but: 'use a name with a field', action: `global: "G\${run:60}"` },
    {
      but: 'start a job, which sets no persistent state',
      action: 'events: [{ on: FAILED, event: STARTJOB, job: G }]',
    },
  ])('do not conflict if they $but', ({ action }) => {
    expect(overlapsOf(file(settlement, settlement, action))).toEqual([]);
  });

  test('do not conflict in two instances', () => {
    const text = file(settlement, settlement, setKo).replace(
      'name: two, to: ACE',
      'name: two, to: PRD',
    );

    expect(overlapsOf(text)).toEqual([]);
  });

  test('can set the same value if one matches more events, because a duplicate is sent once', () => {
    expect(warningsOf(file('stateMachine: settle*', settlement, 'global: G'))).toEqual([]);
  });
});

describe('an exception', () => {
  const differs = 'matches the same events and sets G of ACE to another value on FAILED';

  test.for([
    { first: 'stateMachine: { name: s*, except: settlement }', second: settlement, found: [] },
    { first: 'stateMachine: { except: se* }', second: 'stateMachine: set*', found: [] },
    {
      first: 'stateMachine: { name: s*, except: sx }',
      second: settlement,
      found: [expect.stringContaining(differs)],
    },
    {
      first: 'stateMachine: { name: s*, except: [sx, sea] }',
      second: 'stateMachine: { name: se*, except: sea }',
      found: [expect.stringContaining(differs)],
    },
  ])('decides whether $first and $second match the same events', ({ first, second, found }) => {
    expect(faultsOf(file(first, second, setKo))).toEqual(found);
  });

  test('makes it unknown whether two globs match the same events', () => {
    const first = 'stateMachine: { name: s*, except: "*-test" }';

    expect(overlapsOf(file(first, 'stateMachine: se*', setKo))).toEqual([
      expect.stringContaining('may match the same events and sets G of ACE to another value'),
    ]);
  });
});
