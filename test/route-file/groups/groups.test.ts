import { describe, expect, test } from 'vitest';
import { faultsOf, read } from '../files.ts';

const valid = {
  name: 'risk',
  members: '{ stateMachine: [risk-a, risk-b, risk-c] }',
  day: '{ timezone: Europe/Zurich, cutoff: "18:00" }',
  global: 'AWS_RISK',
};

type Keys = Readonly<Record<string, string | undefined>>;

function toGroup(keys: Keys): string {
  const lines = Object.entries({ ...valid, ...keys }).filter(([, text]) => text !== undefined);
  return lines.map(([key, text], at) => `${at === 0 ? '  - ' : '    '}${key}: ${text}`).join('\n');
}

function aFile(groups: readonly Keys[], ...more: readonly string[]): string {
  return [
    'instances: { ACE: { endpoints: [https://a], secret: s } }',
    'groups:',
    ...groups.map(toGroup),
    ...more,
    '',
  ].join('\n');
}

const groupsOf = (...groups: readonly Keys[]) => read(aFile(groups)).config.groups;

describe('a group', () => {
  test('is compiled', () => {
    const [group] = groupsOf({}) ?? [];

    expect(group).toMatchObject({
      name: 'risk',
      members: [
        { kind: 'execution', stateMachine: { by: 'name', text: 'risk-a' }, mapChildren: 'ignore' },
        { stateMachine: { text: 'risk-b' } },
        { stateMachine: { text: 'risk-c' } },
      ],
      expect: 3,
      need: 3,
      day: { timezone: 'Europe/Zurich', cutoff: '18:00' },
      to: ['ACE'],
      endsWithinMs: 3_600_000,
    });
    expect(Object.keys(group?.actions ?? {})).toEqual(['RUNNING', 'SUCCEEDED', 'FAILED']);
    expect(group?.actions.FAILED).toEqual([
      { kind: 'SET_GLOBAL', fields: { globalVariable: ['AWS_RISK'], value: ['FAILED'] } },
    ]);
  });

  test('takes several instances, and a condition for each kind of member', () => {
    const file = [
      'instances:',
      '  ACE: { endpoints: [https://a], secret: s }',
      '  DR1: { endpoints: [https://b], secret: t }',
      'groups:',
      toGroup({ to: '[ACE, DR1]', when: '{ output: { final: [true] } }' }),
      '',
    ].join('\n');

    expect(read(file).config.groups).toMatchObject([
      { to: ['ACE', 'DR1'], when: { text: '{"output":{"final":[true]}}' } },
    ]);
  });

  test('may be the only thing in the file, and is absent from a file without groups', () => {
    const routes = 'routes: [{ name: one, from: { stateMachine: x }, global: G }]';
    const file = `instances: { ACE: { endpoints: [https://a], secret: s } }\n${routes}\n`;

    expect(read(aFile([{}])).config.routes).toEqual([]);
    expect(read(file).config).not.toHaveProperty('groups');
  });

  test('takes Batch jobs by a name with *, a number and a queue', () => {
    const members = '{ jobQueue: night, jobName: risk-* }';

    expect(groupsOf({ members, expect: '12', succeed: '{ atLeast: 10 }' })).toMatchObject([
      {
        members: [
          {
            kind: 'batchJob',
            jobQueue: { by: 'name', text: 'night' },
            batchJobName: { by: 'glob', text: 'risk-*' },
          },
        ],
        expect: 12,
        need: 10,
      },
    ]);
  });

  test('counts a name once per account', () => {
    const members =
      '[{ stateMachine: [a, b], account: ["111122223333", "444455556666"] }, { jobName: c }]';

    expect(groupsOf({ members, expect: 'members' })).toMatchObject([{ expect: 5, need: 5 }]);
    expect(read(aFile([{ members }])).config.accounts).toEqual(['111122223333', '444455556666']);
  });

  test('sets PENDING at the cutoff', () => {
    expect(groupsOf({ atCutoff: 'PENDING' })).toMatchObject([
      {
        atCutoff: 'PENDING',
        actions: { PENDING: [{ kind: 'SET_GLOBAL', fields: { value: ['PENDING'] } }] },
      },
    ]);
  });

  test('sends events and statuses of jobs on its states', () => {
    const events = '[{ on: FAILED, event: FORCE_STARTJOB, job: RISK_REPAIR }]';

    expect(groupsOf({ job: 'RISK_IN_AWS', events })).toMatchObject([
      {
        actions: {
          RUNNING: [{}, { kind: 'CHANGE_STATUS', fields: { status: ['RUNNING'] } }],
          FAILED: [
            {},
            { kind: 'CHANGE_STATUS', fields: { status: ['FAILURE'] } },
            { kind: 'FORCE_STARTJOB', fields: { job: ['RISK_REPAIR'] } },
          ],
        },
      },
    ]);
  });

  test.for([
    { field: 'name', template: [{ field: 'run' }] },
    { field: 'output.business.date', template: [{ field: 'output.business.date' }] },
  ])('takes its day from the field $field, and names holidays', ({ field, template }) => {
    const day = `{ timezone: UTC, cutoff: "00:00", field: ${field}, holidays: [2026-12-26, 2026-12-25] }`;

    expect(groupsOf({ day })).toMatchObject([
      { day: { field: template, holidays: ['2026-12-25', '2026-12-26'] } },
    ]);
  });
});

describe('a group is rejected', () => {
  test.for<{ when: string; keys: Keys; fault: RegExp }>([
    {
      when: 'its number can never be reached',
      keys: { succeed: '{ atLeast: 4 }' },
      fault:
        /7:25 atLeast: found 4, which can never be reached, because the group has 3 members; allowed: at most 3/,
    },
    {
      when: 'the members of a name with * are not counted',
      keys: { members: '{ jobName: risk-* }' },
      fault: /3:5 expect: the names of the members are not listed.* such as expect: 12/,
    },
    {
      when: 'only a queue is given and expect is members',
      keys: { members: '{ jobQueue: night }', expect: 'members' },
      fault: /expect: the names of the members are not listed/,
    },
    {
      when: 'expect differs from the list',
      keys: { expect: '12' },
      fault:
        /7:13 expect: found 12, but the group lists 3 members; remove expect, or correct the list/,
    },
    { when: 'expect is 0', keys: { expect: '0' }, fault: /expect: found a number below 1/ },
    {
      when: 'a member is listed twice',
      keys: { members: '{ stateMachine: [risk-a, risk-b, risk-a] }' },
      fault: /4:47 members: duplicate stateMachine risk-a \(first at line 4\); remove one/,
    },
    {
      when: 'its list is empty',
      keys: { members: '{ stateMachine: [] }' },
      fault: /stateMachine: found an empty list, allowed: a list of one or more/,
    },
    {
      when: 'a list contains a name with *',
      keys: { members: '{ stateMachine: [risk-a, risk-*] }', expect: '3' },
      fault: /stateMachine: found "risk-\*" in a list, allowed: names without \*/,
    },
    {
      when: 'a member is an ARN',
      keys: { members: '{ stateMachine: "arn:aws:states:eu-west-1:111122223333:stateMachine:x" }' },
      fault: /stateMachine: found "arn:.*, allowed: a name, or a name with \*/,
    },
    {
      when: 'it has no members',
      keys: { members: '{ account: "111122223333" }' },
      fault: /members: found no workload, allowed: stateMachine, or jobName and jobQueue/,
    },
    {
      when: 'an item has both kinds of workload',
      keys: { members: '{ stateMachine: a, jobName: b }' },
      fault: /members: jobName selects Batch jobs.*use a list with two items/,
    },
    {
      when: 'its condition names a field that one kind of member lacks',
      keys: { members: '[{ jobName: a }, { stateMachine: b }]', when: '{ exitCode: [4] }' },
      fault: /when: an execution has no exitCode; allowed: /,
    },
    {
      when: 'its condition names a status with which no run of a member ends',
      keys: { members: '{ jobName: a }', when: '{ status: [TIMED_OUT] }' },
      fault: /when: status: found "TIMED_OUT"; allowed: SUCCEEDED, FAILED/,
    },
    {
      when: 'its condition is a text',
      keys: { when: 'final' },
      fault: /when: found "final", allowed: a mapping, such as \{ exitCode: \[4\] \}/,
    },
    {
      when: 'an instance is unknown',
      keys: { to: '[ACE, DR1]' },
      fault: /to: unknown instance "DR1"; allowed: ACE/,
    },
    {
      when: 'its timezone is unknown',
      keys: { day: '{ timezone: Europe/Zurch, cutoff: "18:00" }' },
      fault: /5:22 timezone: found "Europe\/Zurch", allowed: an IANA name/,
    },
    {
      when: 'its cutoff is no time',
      keys: { day: '{ timezone: UTC, cutoff: "24:00" }' },
      fault: /cutoff: found "24:00", allowed: a time such as "18:00"/,
    },
    {
      when: 'a holiday does not exist',
      keys: { day: '{ timezone: UTC, cutoff: "18:00", holidays: [2026-02-30] }' },
      fault: /holidays: found "2026-02-30", allowed: a date that exists/,
    },
    {
      when: 'its field is not the name or output',
      keys: { day: '{ timezone: UTC, cutoff: "18:00", field: status }' },
      fault: /field: found "status", allowed: name, or output and a path/,
    },
    {
      when: 'a key is unknown',
      keys: { membres: 'x' },
      fault: /unknown key "membres" in a group; did you mean members\?/,
    },
    { when: 'it has no day', keys: { day: undefined }, fault: /day: found|day is missing/ },
    {
      when: 'it has no action',
      keys: { global: undefined },
      fault: /this group has no action; add global, job or events/,
    },
    {
      when: 'PENDING has no action',
      keys: { global: undefined, job: 'RISK', atCutoff: 'PENDING' },
      fault: /atCutoff: no action of this group has PENDING; add a global/,
    },
    {
      when: 'a status is one of a run only',
      keys: { global: '{ name: AWS_RISK, values: { TIMED_OUT: x } }' },
      fault:
        /"TIMED_OUT" is not a state of this group; allowed: RUNNING, SUCCEEDED, FAILED, default/,
    },
    {
      when: 'PENDING is used without a cutoff',
      keys: { global: '{ name: AWS_RISK, values: { PENDING: x } }' },
      fault: /"PENDING" is not a state of this group.*add atCutoff: PENDING/,
    },
    {
      when: 'a text has a field',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the route file
      keys: { global: '{ name: AWS_RISK, values: { FAILED: "${error:40|none}" } }' },
      fault: /error: a group has no fields, because several runs make up its state/,
    },
    { when: 'its instance is unknown', keys: { to: 'ACX' }, fault: /to: unknown instance "ACX"/ },
  ])('when $when', ({ keys, fault }) => {
    expect(faultsOf(aFile([keys])).join('\n')).toMatch(fault);
  });

  test('when its name is taken', () => {
    const other = { members: '{ stateMachine: x }', global: 'OTHER' };

    expect(faultsOf(aFile([{}, other])).join('\n')).toMatch(
      /7:11 name: duplicate group name risk; use another name/,
    );
  });

  test('when a member is in another group with another day', () => {
    const other = {
      name: 'eod',
      members: '{ stateMachine: risk-b }',
      global: 'AWS_EOD',
      day: '{ timezone: Europe/Zurich, cutoff: "20:00" }',
    };

    expect(faultsOf(aFile([{}, other])).join('\n')).toMatch(
      /8:5 members: group risk \(line 3\) has a member of this group, with another day; use the same day in both groups, or different members/,
    );
    expect(groupsOf({}, { ...other, day: valid.day })).toHaveLength(2);
  });

  test.for([
    { by: 'a route', more: 'routes: [{ name: one, from: { stateMachine: x }, global: AWS_RISK }]' },
    {
      by: 'another group',
      more: '  - { name: eod, members: { stateMachine: x }, day: { timezone: UTC, cutoff: "18:00" }, global: AWS_RISK }',
    },
    {
      by: 'a launch target',
      more: 'targets: { x: { stateMachine: x, mirror: { global: AWS_RISK } } }',
    },
  ])('when its variable is set by $by', ({ more }) => {
    expect(faultsOf(aFile([{}], more)).join('\n')).toMatch(
      /global: this group sets AWS_RISK, but .* (?:sets|has the mirror) .*use another name/,
    );
  });

  test('when a request may change its variable', () => {
    const requests = [
      'requests:',
      '  team:',
      '    callers: ["arn:aws:iam::111122223333:role/x"]',
      '    actions: [setGlobal]',
      '    globals: [AWS_*]',
    ];

    expect(faultsOf(aFile([{}], ...requests)).join('\n')).toMatch(
      /globals: found "AWS_\*" with setGlobal, but group risk sets AWS_RISK/,
    );
  });
});
