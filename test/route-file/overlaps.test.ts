import { describe, expect, test } from 'vitest';
import { toPosition } from '../../autosys/source.ts';
import { aFile, faultsOf, read } from './files.ts';

const settlement = 'stateMachine: settlement';
const inRegion = 'arn:aws:states:eu-west-1:111122223333:stateMachine';
const sayKo = 'global: { name: G, values: { FAILED: KO } }';

/** Two routes that write the same variable by default: the first whatever the status is, the second what is given. */
const file = (first: string, second: string, says: string) =>
  `${aFile('to: ACE', `from: { ${first} }`, 'combine: latest', 'global: G')}  - { name: two, to: ACE, combine: latest, from: { ${second} }, ${says} }\n`;

function warningsOf(text: string): readonly string[] {
  return read(text).warnings.map(({ start, message }) => {
    const { line, column } = toPosition({ name: 'b', text }, start);
    return `${line}:${column} ${message}`;
  });
}

/** Without the remark that `combine` is not needed. */
function overlapsOf(text: string): readonly string[] {
  return warningsOf(text).filter((warning) => !warning.includes('combine has no effect'));
}

describe('two routes that bring one target to two values', () => {
  test.for([
    { when: 'hear the same', first: settlement, second: settlement },
    { when: 'hear a glob and a name in it', first: 'stateMachine: settle*', second: settlement },
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
      '10:13 route one (line 5) hears the same and brings G of ACE to another value on FAILED; only the first would ever be set, so let one of them say it, or give each a name of its own',
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
    {
      when: 'the own account may be the one of an ARN',
      first: settlement,
      second: `stateMachine: "${inRegion}:settlement"`,
    },
    {
      when: 'the own account may be the one that is named',
      first: settlement,
      second: `${settlement}, account: "111122223333"`,
    },
  ])('are warned about where $when', ({ first, second }) => {
    expect(warningsOf(file(first, second, sayKo))).toEqual([
      '10:13 route one (line 5) may hear the same and brings G of ACE to another value on FAILED; of one event only the first would be set',
    ]);
  });

  test('are refused for the status of a job as well', () => {
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

describe('routes that hear different runs of one workload', () => {
  const runs = [
    {
      when: 'a whole and its children',
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

  test.for(runs)('are warned about where they share a target: $when', ({ first, second }) => {
    const text = file(first, second, 'global: G').replaceAll(
      /^ {4}combine: latest\n|combine: latest, /gm,
      '',
    );

    expect(warningsOf(text)).toContain(
      '9:13 route one (line 5) sets G of ACE too, for other runs of the same workload: a FAILED of one is discarded when another that began later succeeds; give each a name of its own, or add combine: latest to both routes if the run that began last is to decide',
    );
  });

  test.for(runs)('are left alone with combine: $when', ({ first, second }) => {
    expect(warningsOf(file(first, second, 'global: G'))).not.toContainEqual(
      expect.stringContaining('other runs'),
    );
  });
});

describe('routes that share a target', () => {
  test('are refused behind others that do', () => {
    const third = `  - { name: three, to: ACE, combine: latest, from: { stateMachine: fx }, ${sayKo} }\n`;

    expect(faultsOf(file(settlement, 'stateMachine: fx', 'global: G') + third)).toEqual([
      expect.stringMatching(/^11:13 route two \(line 10\) hears the same and brings G of ACE/),
    ]);
  });

  test('are warned about where they hear the same and say the same', () => {
    expect(
      overlapsOf(file(settlement, settlement, 'global: { name: G, values: { FAILED: FAILED } }')),
    ).toEqual([
      '10:13 route one (line 5) hears the same and says the same of G of ACE on FAILED; one of them is enough',
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
    expect(overlapsOf(file(settlement, settlement, says))).toEqual([]);
  });

  test('live in peace in two instances', () => {
    const text = file(settlement, settlement, sayKo).replace(
      'name: two, to: ACE',
      'name: two, to: PRD',
    );

    expect(overlapsOf(text)).toEqual([]);
  });

  test('say the same where one hears more, as what is said alike is said once', () => {
    expect(warningsOf(file('stateMachine: settle*', settlement, 'global: G'))).toEqual([]);
  });
});
