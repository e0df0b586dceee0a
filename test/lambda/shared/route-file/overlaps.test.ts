import { describe, expect, test } from 'vitest';
import { toPosition } from '../../../../autosys/source.ts';
import { aFile, faultsOf, read } from './files.ts';

const settlement = 'stateMachine: settlement';
const inRegion = 'arn:aws:states:eu-west-1:111122223333:stateMachine';
const sayKo = 'global: { name: G, values: { FAILED: KO } }';

/** Two routes that write the same variable by default: the first whatever the status is, the second what is given. */
const file = (first: string, second: string, says: string) =>
  `${aFile('to: ACE', `from: { ${first} }`, 'global: G')}  - { name: two, to: ACE, from: { ${second} }, ${says} }\n`;

function warningsOf(text: string): readonly string[] {
  return read(text).warnings.map(({ start, message }) => {
    const { line, column } = toPosition({ name: 'b', text }, start);
    return `${line}:${column} ${message}`;
  });
}

describe('two routes that bring one target to two values', () => {
  test.for([
    { when: 'hear the same', first: settlement, second: settlement },
    { when: 'hear a glob and a name in it', first: 'stateMachine: settle*', second: settlement },
    {
      when: 'hear a name and its ARN',
      first: settlement,
      second: `stateMachine: "${inRegion}:settlement"`,
    },
    {
      when: 'hear an ARN and one of its versions',
      first: `stateMachine: "${inRegion}:settlement"`,
      second: `stateMachine: "${inRegion}:settlement:7"`,
    },
    {
      when: 'hear a glob and a narrower one',
      first: 'stateMachine: s*',
      second: 'stateMachine: se*t',
    },
    {
      when: 'hear all accounts and one',
      first: settlement,
      second: `${settlement}, account: "111122223333"`,
    },
    {
      when: 'hear a whole and its children too',
      first: settlement,
      second: `${settlement}, mapChildren: include`,
    },
    {
      when: 'hear a queue and a name in it',
      first: 'jobQueue: q',
      second: 'jobQueue: q, jobName: risk-*',
    },
    {
      when: 'hear a definition and its revision',
      first: 'jobDefinition: d',
      second: 'jobDefinition: d:7',
    },
  ])('are refused where they $when', ({ first, second }) => {
    expect(faultsOf(file(first, second, sayKo))).toEqual([
      '9:13 route one (line 5) hears the same and brings G of ACE to another value on FAILED; only the first would ever be set, so let one of them say it, or give each a name of its own',
    ]);
  });

  test.for([
    { when: 'two globs may meet', first: 'stateMachine: set*', second: 'stateMachine: "*ment"' },
    { when: 'a queue and a definition may meet', first: 'jobQueue: q', second: 'jobDefinition: d' },
    {
      when: 'each is narrower in one way',
      first: `${settlement}, account: "111122223333"`,
      second: `${settlement}, region: eu-west-1`,
    },
  ])('are warned about where $when', ({ first, second }) => {
    expect(warningsOf(file(first, second, sayKo))).toEqual([
      '9:13 route one (line 5) may hear the same and brings G of ACE to another value on FAILED; of one event only the first would be set',
    ]);
  });

  test('are refused for the status of a job as well', () => {
    const text = file(settlement, settlement, 'job: { name: J, statuses: { FAILED: TERMINATED } }');

    expect(faultsOf(text.replace('global: G', 'job: J'))).toEqual([
      expect.stringMatching(
        /^9:13 route one \(line 5\) .* the status of job J of ACE to another value on FAILED;/,
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
  ])('are refused for $target as well', ({ one, other, target }) => {
    const says = (event: string) => `events: [{ on: FAILED, event: ${event}, job: J }]`;
    const text = `${aFile('to: ACE', `from: { ${settlement} }`, says(one))}  - { name: two, to: ACE, from: { ${settlement} }, ${says(other)} }\n`;

    expect(faultsOf(text)).toEqual([
      expect.stringContaining(`brings ${target} of ACE to another value on FAILED`),
    ]);
  });

  test('are refused within one route', () => {
    expect(
      faultsOf(
        aFile(
          'to: ACE',
          `from: { ${settlement} }`,
          'global: [G, { name: G, values: { FAILED: KO } }]',
        ),
      ),
    ).toEqual([
      '5:11 this route brings G of ACE to two values on FAILED; only the first would ever be set, so keep one',
    ]);
  });
});

describe('routes that share a target', () => {
  test.for([
    { when: 'two state machines', first: settlement, second: 'stateMachine: fx' },
    { when: 'a state machine and a job', first: settlement, second: 'jobName: fx' },
    {
      when: 'two accounts',
      first: `${settlement}, account: "111122223333"`,
      second: `${settlement}, account: "444455556666"`,
    },
    {
      when: 'a whole and its children',
      first: settlement,
      second: `${settlement}, mapChildren: only`,
    },
    { when: 'globs that never meet', first: 'stateMachine: a*', second: 'stateMachine: b*' },
  ])('are warned that the later run has the last word: $when', ({ first, second }) => {
    expect(warningsOf(file(first, second, 'global: G'))).toEqual([
      '9:13 route one (line 5) brings G of ACE to its value too, for other work; the run that began later has the last word, so give each a name of its own unless that is meant',
    ]);
  });

  test('are warned once for each target, however many take turns', () => {
    const third = '  - { name: three, to: ACE, from: { stateMachine: risk }, global: G }\n';

    expect(warningsOf(file(settlement, 'stateMachine: fx', 'global: G') + third)).toHaveLength(1);
  });

  test('are refused behind others that take turns', () => {
    const third = `  - { name: three, to: ACE, from: { stateMachine: fx }, ${sayKo} }\n`;

    expect(faultsOf(file(settlement, 'stateMachine: fx', 'global: G') + third)).toEqual([
      expect.stringMatching(/^10:13 route two \(line 9\) hears the same and brings G of ACE/),
    ]);
  });

  test('are warned about where they hear the same and say the same', () => {
    expect(
      warningsOf(file(settlement, settlement, 'global: { name: G, values: { FAILED: FAILED } }')),
    ).toEqual([
      '9:13 route one (line 5) hears the same and says the same of G of ACE on FAILED; one of them is enough',
    ]);
  });

  test('are warned about within one route', () => {
    expect(warningsOf(aFile('to: ACE', `from: { ${settlement} }`, 'global: [G, G]'))).toEqual([
      '5:11 this route sets G of ACE twice on RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED; once is enough',
    ]);
  });

  test.for([
    { but: 'say other statuses', says: 'global: { name: G, values: { PENDING_REDRIVE: KO } }' },
    { but: 'set another variable', says: 'global: H' },
    { but: 'name it with a field', says: `global: "G\${run:60}"` },
    {
      but: 'start a job, which is no state',
      says: 'events: [{ on: FAILED, event: STARTJOB, job: G }]',
    },
  ])('live in peace where they $but', ({ says }) => {
    expect(warningsOf(file(settlement, settlement, says))).toEqual([]);
  });

  test('live in peace in two instances', () => {
    const text = file(settlement, settlement, sayKo).replace(
      'name: two, to: ACE',
      'name: two, to: PRD',
    );

    expect(warningsOf(text)).toEqual([]);
  });

  test('say the same where one hears more, as what is said alike is said once', () => {
    expect(warningsOf(file(settlement, `${settlement}, region: eu-west-1`, 'global: G'))).toEqual(
      [],
    );
  });
});
