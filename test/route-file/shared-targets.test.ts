// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import { aFile, faultsOf, read, routeFaults } from './files.ts';

const own = '"arn:aws:states:eu-west-1:111122223333:stateMachine';
const queue = '"arn:aws:batch:eu-west-1:111122223333:job-queue';

const twoInstances = `instances:
  ACE: { endpoints: [https://ace.example.com:9443], secret: autosys/ACE }
  PRD: { endpoints: [https://prd.example.com:9443], secret: autosys/PRD }
routes:
`;
/** Routes called r1, r2 … to ACE, on the lines from 5 on; each says what stands between its braces. */
const routes = (...said: readonly string[]) =>
  said.reduce(
    (text, one, at) =>
      `${text}  - { name: r${at + 1}, ${one.includes('to:') ? '' : 'to: ACE, '}${one} }\n`,
    twoInstances,
  );

/** The warning about the cut name of each route with a glob. */
const toCutWarnings = (...said: readonly string[]) =>
  said
    .filter((one) => one.includes('*'))
    .map(() =>
      expect.stringMatching(/^two workloads that are alike in the first \d+ characters of/),
    );

const warningsOf = (text: string) => read(text).warnings.map(({ message }) => message);

describe('a route that can match several workloads', () => {
  test.for([
    { from: 'stateMachine: risk-*', because: 'stateMachine risk-* is a pattern' },
    { from: 'stateMachine: "*:live"', because: 'stateMachine *:live is a pattern' },
    {
      from: 'stateMachine: s, account: ["111122223333", "444455556666"]',
      because: 'account lists 2 accounts',
    },
    { from: 'stateMachine: s, region: [eu-west-1, us-east-1]', because: 'region lists 2 Regions' },
    { from: 'jobQueue: night, jobName: risk-*', because: 'jobName risk-* is a pattern' },
    { from: 'jobQueue: "n*", jobName: risk', because: 'jobQueue n* is a pattern' },
    { from: 'jobName: risk', because: 'jobQueue is not given' },
    { from: 'jobQueue: night', because: 'jobName is not given' },
    { from: `jobQueue: ${queue}/night"`, because: 'jobName is not given' },
    { from: 'jobDefinition: risk:7', because: 'jobName is not given, jobQueue is not given' },
    {
      from: 'jobQueue: night, jobDefinition: risk, jobName: "*"',
      because: 'jobName * is a pattern',
    },
  ])('is refused with a fixed variable: $from', ({ from, because }) => {
    expect(routeFaults(`from: { ${from} }`, 'global: G')).toEqual([
      expect.stringContaining(
        `route one can match several workloads (${because}), and each of them sets G of ACE: a FAILED of one is discarded when another that began later succeeds; match one workload, put \${`,
      ),
    ]);
  });

  test.for([
    { says: 'global: G', names: 'G' },
    { says: 'global: { name: G, values: { FAILED: KO } }', names: 'G' },
    { says: 'global: "G_${status}"', names: 'G_${status}' },
    { says: 'job: J', names: 'the status of job J' },
    {
      says: 'events: [{ on: FAILED, event: CHANGE_STATUS, job: J, status: FAILURE }]',
      names: 'the status of job J',
    },
    {
      says: 'events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: G, value: KO }]',
      names: 'G',
    },
    ...[
      ['JOB_ON_HOLD', 'hold'],
      ['JOB_OFF_ICE', 'ice'],
      ['JOB_ON_NOEXEC', 'noexec'],
      ['SUSPENDJOB', 'suspension'],
      ['CHANGE_PRIORITY, priority: 1', 'priority'],
    ].map(([event, property]) => ({
      says: `events: [{ on: FAILED, event: ${event}, job: J }]`,
      names: `the ${property} of job J`,
    })),
    ...[
      'executionName:40',
      'date',
      'changedAt',
      'mapLabel|none',
      'output.desk:20|none',
      'redriveCount',
    ].map((field) => ({ says: `global: "G_\${${field}}"`, names: `G_\${${field}}` })),
    { says: 'global: "G_${stateMachine:5}"', names: 'G_${stateMachine:5}' },
    { says: 'global: "G_${executionArn:40}"', names: 'G_${executionArn:40}' },
    { says: 'global: "G_${account}"', names: 'G_${account}' },
  ])('is refused with $says, which does not tell them apart', ({ says, names }) => {
    expect(routeFaults('from: { stateMachine: risk-* }', says)).toEqual([
      expect.stringContaining(`each of them sets ${names} of ACE`),
    ]);
  });

  test.for([
    { from: 'stateMachine: risk-*', name: 'G_${eventId}' },
    { from: 'stateMachine: s, account: ["111122223333", "444455556666"]', name: 'G_${account}' },
    { from: 'stateMachine: s, account: ["111122223333", "444455556666"]', name: 'G_${account:4}' },
    { from: 'stateMachine: s, account: ["111122223333", "111122223333"]', name: 'G' },
    { from: `stateMachine: ${own}:s", account: ["111122223333", "444455556666"]`, name: 'G' },
    { from: 'stateMachine: s, region: [eu-west-1, us-east-1]', name: 'G_${region}' },
    { from: 'jobQueue: night, jobName: risk-*', name: 'G_${runId}' },
    { from: 'jobDefinition: risk', name: 'G_${batchJobId}' },
    // Versions and aliases are those of one state machine.
    { from: 'stateMachine: "settlement:*"', name: 'G' },
    { from: `stateMachine: ${own}:settlement:live"`, name: 'G' },
    { from: 'jobQueue: night, jobName: risk, jobDefinition: "*"', name: 'G' },
    { from: `jobQueue: ${queue}/night", jobName: risk`, name: 'G' },
  ])('is taken where the name tells them apart: $from, $name', ({ from, name }) => {
    expect(warningsOf(aFile('to: ACE', `from: { ${from} }`, `global: "${name}"`))).toEqual([]);
  });

  test.for([
    {
      from: 'stateMachine: risk-*',
      name: 'G_${stateMachine:40}',
      alike: 'in the first 40 characters of stateMachine',
    },
    {
      from: 'stateMachine: risk-*',
      name: 'G_${workload:62}',
      alike: 'in the first 62 characters of workload',
    },
    {
      from: 'stateMachine: risk-*, account: ["111122223333", "444455556666"]',
      name: 'G_${account}_${stateMachine:40}',
      alike: 'in the first 40 characters of stateMachine',
    },
    {
      from: 'jobQueue: night, jobName: risk-*',
      name: 'G_${batchJobName:40}',
      alike: 'in the first 40 characters of batchJobName',
    },
    {
      from: 'jobQueue: night, jobName: risk-*',
      name: 'G_${run:40}',
      alike: 'in the first 40 characters of run',
    },
    {
      from: 'jobDefinition: risk',
      name: 'G_${jobQueue:30}.${batchJobName:31}',
      alike:
        'in the first 31 characters of batchJobName and in the first 30 characters of jobQueue',
    },
  ])(
    'is taken where the cut name tells them apart, with a warning: $from, $name',
    ({ from, name, alike }) => {
      expect(warningsOf(aFile('to: ACE', `from: { ${from} }`, `global: "${name}"`))).toEqual([
        expect.stringContaining(`two workloads that are alike ${alike} share ${name} of ACE`),
      ]);
    },
  );

  test('is taken with combine: latest', () => {
    const text = aFile('to: ACE', 'combine: latest', 'from: { stateMachine: s* }', 'global: G');

    expect(warningsOf(text)).toEqual([]);
    expect(read(text).config.routes).toMatchObject([{ combine: 'latest' }]);
  });

  test.for(['STARTJOB', 'FORCE_STARTJOB', 'KILLJOB', 'RELEASE_RESOURCE'])(
    'may send %s, which is sent once for each run',
    (event) => {
      expect(
        routeFaults(
          'from: { stateMachine: s* }',
          `events: [{ on: FAILED, event: ${event}, job: J }]`,
        ),
      ).toEqual([]);
    },
  );

  test('names each target in one message, at the name of the route', () => {
    expect(faultsOf(aFile('to: ACE', 'from: { jobQueue: q }', 'global: [G, H]', 'job: J'))).toEqual(
      [
        '5:11 route one can match several workloads (jobName is not given), and each of them sets G, H, the status of job J of ACE: a FAILED of one is discarded when another that began later succeeds; match one workload, put ${batchJobName} into the name, as in G_${batchJobName:62}, or add combine: latest to the route if the run that began last is to decide',
      ],
    );
  });

  test.for([
    {
      global: '"G_${stateMachine:20}"',
      says: [
        /^two workloads that are alike in the first 20 characters of stateMachine share G_\$\{stateMachine:20\} of ACE, .*; cut less, as in G_\$\{stateMachine:62\}, or keep the beginnings of their names apart$/,
      ],
    },
    {
      global: '"${account}_${stateMachine:20}"',
      says: [/; cut less, as in \$\{account\}_\$\{stateMachine:51\}, or keep the beginnings/],
    },
    // Where the name has no room, cutting less is no advice.
    {
      global: '"G_${stateMachine:62}"',
      says: [/, and the run that began last decides; keep the beginnings of their names apart$/],
    },
    {
      global: '["${stateMachine:40}", "${stateMachine:40}_NOTE"]',
      says: [
        / share \$\{stateMachine:40\} of ACE/,
        / share \$\{stateMachine:40\}_NOTE of ACE/,
        /^\$\{stateMachine:40\} and \$\{stateMachine:40\}_NOTE of ACE can be the same name for two workloads/,
      ],
    },
  ])('is warned about names that may still meet: $global', ({ global, says }) => {
    expect(
      warningsOf(aFile('to: ACE', 'from: { stateMachine: "*" }', `global: ${global}`)),
    ).toEqual(says.map((text) => expect.stringMatching(text)));
  });

  test('is warned about queue and job name that run into each other', () => {
    const route = [
      'to: ACE',
      'from: { jobDefinition: d }',
      'global: "${jobQueue:31}-${batchJobName:32}"',
    ];

    expect(warningsOf(aFile(...route))).toEqual([
      expect.stringContaining('alike in the first 32 characters of batchJobName and in the first'),
      expect.stringContaining(
        'put a dot between the fields, which Batch allows in neither, as in ${jobQueue:31}.${batchJobName:32}',
      ),
    ]);
  });
});

describe('a name that is too long and one that does not tell workloads apart', () => {
  const long = 'x'.repeat(35);
  const example = (message: string | undefined) =>
    /, as in (\S+?),?(?: or |$)/.exec(message ?? '')?.[1];

  test.for([
    { from: 'stateMachine: risk-*', name: 'G_${stateMachine}' },
    { from: 'stateMachine: risk-*', name: 'G' },
    { from: 'stateMachine: risk-*', name: 'G_${executionName}' },
    { from: 'stateMachine: risk-*', name: 'G_${executionName:62}' },
    { from: 'stateMachine: risk-*', name: 'G_${runId}' },
    { from: 'stateMachine: risk-*', name: 'G_${executionArn:60}' },
    { from: 'stateMachine: risk-*', name: 'G_${output.desk|none}' },
    { from: `stateMachine: ${long}*`, name: 'G_${stateMachine}' },
    { from: `stateMachine: ${long}*`, name: 'G_${stateMachine:20}' },
    { from: `stateMachine: ${long}*`, name: 'G_${executionName}_${stateMachine}' },
    { from: 'stateMachine: "*", account: ["111122223333", "444455556666"]', name: 'G' },
    {
      from: 'stateMachine: "*", account: ["111122223333", "444455556666"]',
      name: 'G_${stateMachine}',
    },
    { from: 'jobQueue: night, jobName: risk-*', name: 'G_${batchJobName}' },
    { from: 'jobDefinition: risk', name: 'G' },
    { from: 'jobDefinition: risk', name: 'G_${batchJobName}' },
    { from: 'jobDefinition: risk', name: 'G_${jobQueue:40}' },
    { from: `jobQueue: ${long}*, jobName: "*"`, name: 'G_${jobQueue}${batchJobName}' },
  ])(
    'are refused once, and the name that the message prints is taken: $from, $name',
    ({ from, name }) => {
      const values = 'values: { SUCCEEDED: OK, FAILED: KO }';
      const faults = routeFaults(`from: { ${from} }`, `global: { name: "${name}", ${values} }`);
      const mended = example(faults[0]);

      expect(faults).toHaveLength(1);
      expect(mended).toMatch(/^G_/);
      expect(routeFaults(`from: { ${from} }`, `global: { name: "${mended}", ${values} }`)).toEqual(
        [],
      );
    },
  );

  test('are told of no name where none fits', () => {
    const from = `from: { stateMachine: ${long}${long}* }`;

    expect(routeFaults(from, 'global: "G_${stateMachine}"')).toEqual([
      'global variable name: it may come to 82 characters, allowed: at most 64; shorten its text, use fewer fields, or match one workload',
    ]);
    expect(routeFaults(from, 'global: G')).toEqual([
      expect.stringContaining('succeeds; match one workload, or add combine: latest to the route'),
    ]);
    expect(routeFaults('combine: latest', from, 'global: "G_${stateMachine}"')).toEqual([
      'global variable name: it may come to 82 characters, allowed: at most 64; cut its fields, as in G_${stateMachine:62}',
    ]);
  });

  test.for([
    { name: 'G_${stateMachin:40}', says: 'unknown field "stateMachin"' },
    { name: 'G_${batchJobName:40}', says: 'an execution has no batchJobName' },
    { name: 'G ${date}', says: 'found "G "' },
    { name: 'G_${output.desk:9}', says: 'only SUCCEEDED has an output' },
    { name: 'G_${mapLabel}', says: 'mapLabel may be absent' },
  ])('leave a name with another fault to its own message: $name', ({ name, says }) => {
    expect(routeFaults('from: { stateMachine: risk-* }', `global: "${name}"`)).toEqual([
      expect.stringContaining(says),
    ]);
    expect(
      routeFaults(
        'from: { stateMachine: risk-* }',
        `events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: "${name}", value: KO }]`,
      ),
    ).toHaveLength(1);
  });

  test('leave the name of a start as it is but for its length', () => {
    const event = 'events: [{ on: FAILED, event: STARTJOB, job: "J_${executionName}" }]';

    expect(routeFaults('from: { stateMachine: risk-* }', event)).toEqual([
      'job name: it may come to 82 characters, allowed: at most 64; cut its fields, as in J_${executionName:62}',
    ]);
  });
});

describe('the children of one run', () => {
  test.for([
    { from: 'stateMachine: s, mapChildren: only', field: '${executionName:62}' },
    { from: 'jobQueue: q, jobName: j, arrayChildren: include', field: '${index|0}' },
    { from: 'jobQueue: q, jobName: j, nodes: only', field: '${index|0}' },
  ])('are warned about where they share a target: $from', ({ from, field }) => {
    const warnings = (name: string) =>
      warningsOf(aFile('to: ACE', `from: { ${from} }`, `global: "${name}"`));

    expect(warnings('G')).toEqual([
      expect.stringMatching(/^all children of a run set G of ACE .* a FAILED of one is discarded/),
    ]);
    expect(warnings('G')[0]).toContain(` into the name, as in G_${field}, or add combine: latest`);
    expect(warnings(`G_${field}`)).toEqual([]);
  });
});

describe('two routes with different workloads', () => {
  const s = 'from: { stateMachine: s }';
  const t = 'from: { stateMachine: t }';
  const hint =
    "; a route without account or region means the stack's own, so name them in both routes, or in neither, if both mean one workload";

  test.for([
    { first: s, second: t, more: '' },
    { first: s, second: 'from: { jobQueue: q, jobName: s }', more: '' },
    {
      first: 'from: { jobQueue: q, jobName: s }',
      second: 'from: { jobQueue: r, jobName: s }',
      more: '',
    },
    {
      first: 'from: { stateMachine: s, account: "111122223333" }',
      second: 'from: { stateMachine: s, account: "444455556666" }',
      more: '',
    },
    { first: s, second: 'from: { stateMachine: s, account: "111122223333" }', more: hint },
    { first: s, second: 'from: { stateMachine: s, region: eu-west-1 }', more: hint },
    { first: s, second: `from: { stateMachine: ${own}:s" }`, more: hint },
  ])('are refused with one variable: $first, $second', ({ first, second, more }) => {
    expect(faultsOf(routes(`${first}, global: G`, `${second}, global: G`))).toEqual([
      `6:13 route r1 (line 5) sets G of ACE too, for another workload: a FAILED of one is discarded when the other, begun later, succeeds; give each a name of its own, or add combine: latest to both routes if the run that began last is to decide${more}`,
    ]);
  });

  test.for([
    { first: 'job: J', second: 'job: J', target: 'the status of job J' },
    {
      first: 'job: J',
      second: 'events: [{ on: FAILED, event: CHANGE_STATUS, job: J, status: FAILURE }]',
      target: 'the status of job J',
    },
    {
      first: 'events: [{ on: RUNNING, event: JOB_ON_HOLD, job: J }]',
      second: 'events: [{ on: SUCCEEDED, event: JOB_OFF_HOLD, job: J }]',
      target: 'the hold of job J',
    },
    {
      first: 'global: G',
      second: 'events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: G, value: KO }]',
      target: 'G',
    },
    {
      first: 'global: { name: G, values: { SUCCEEDED: OK } }',
      second: 'global: { name: G, values: { FAILED: KO } }',
      target: 'G',
    },
  ])('are refused with $target', ({ first, second, target }) => {
    expect(faultsOf(routes(`${s}, ${first}`, `${t}, ${second}`))).toEqual([
      expect.stringContaining(`route r1 (line 5) sets ${target} of ACE too, for another workload`),
    ]);
  });

  test.for([
    { lacks: 'the first', first: '', second: 'combine: latest, ', to: 'route r1 as well' },
    { lacks: 'the second', first: 'combine: latest, ', second: '', to: 'this route as well' },
  ])('are refused where $lacks does not say combine', ({ first, second, to }) => {
    expect(faultsOf(routes(`${first}${s}, global: G`, `${second}${t}, global: G`))).toEqual([
      expect.stringContaining(`add combine: latest to ${to} if`),
    ]);
  });

  test('are taken where each says combine: latest', () => {
    const text = routes(`combine: latest, ${s}, global: G`, `combine: latest, ${t}, global: G`);

    expect(warningsOf(text)).toEqual([]);
  });

  test('are refused once each, however many there are', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => `from: { stateMachine: ${name} }, global: G`);

    expect(faultsOf(routes(...many)).map((fault) => fault.slice(0, 4))).toEqual([
      '6:13',
      '7:13',
      '8:13',
    ]);
  });

  test.for([
    { but: 'another instance', second: `to: PRD, ${t}, global: G` },
    {
      but: 'another property',
      second: `${t}, events: [{ on: FAILED, event: JOB_ON_ICE, job: J }]`,
    },
    { but: 'a job called as the variable', second: `${t}, job: G` },
    { but: 'a start', second: `${t}, events: [{ on: FAILED, event: FORCE_STARTJOB, job: J }]` },
    { but: 'a kill', second: `${t}, events: [{ on: FAILED, event: KILLJOB, job: J }]` },
    { but: 'a name in another case', second: `${t}, global: g` },
  ])('are taken with $but', ({ second }) => {
    expect(warningsOf(routes(`${s}, global: G, job: J`, second))).toEqual([]);
  });

  test.for([
    // The names of the workloads are the same.
    {
      first: 'from: { stateMachine: s, account: "111122223333" }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: s, account: "444455556666" }, global: "G_${stateMachine:40}"',
    },
    {
      first: 'from: { stateMachine: a* }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: ab }, global: "G_${workload:40}_x"',
    },
    {
      first: 'from: { stateMachine: "*" }, global: "G_${stateMachine:40}"',
      second: 'from: { jobQueue: q, jobName: "*" }, global: "G_${batchJobName:40}"',
    },
    {
      first: 'from: { stateMachine: settle* }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: t }, global: G_settlement',
    },
    {
      first: 'from: { stateMachine: "*" }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: t, account: "444455556666" }, global: G_t',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${executionName:40}"',
      second: 'from: { stateMachine: t }, global: "G_${executionName:40}"',
    },
    // The text fits, whole or cut, and what is known of the glob tells that it may come.
    {
      first: 'from: { stateMachine: "*-eod" }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: t }, global: G_risk-eod',
    },
    {
      first: 'from: { stateMachine: settle* }, global: "G_${stateMachine:10}"',
      second: 'from: { stateMachine: settlement }, global: G_settlement',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${date:4}"',
      second: 'from: { stateMachine: t }, global: G_2026',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${status}"',
      second: 'from: { stateMachine: t }, global: G_FAILED',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${date}"',
      second: 'from: { stateMachine: t }, global: "G_${date}"',
    },
  ])('are refused where their templates can be one name: $first, $second', ({ first, second }) => {
    const faults = faultsOf(routes(first, second));

    expect(faults).toEqual([
      expect.stringMatching(/^6:13 route r1 \(line 5\) sets .* for another workload/),
    ]);
  });

  test.for([
    {
      first: 'from: { stateMachine: s }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: t }, global: "G_${stateMachine:40}"',
    },
    {
      first: 'from: { stateMachine: a* }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: b* }, global: "G_${stateMachine:40}"',
    },
    {
      first: 'from: { stateMachine: a* }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: "*b" }, global: "G_${stateMachine:40}"',
    },
    {
      first: 'from: { stateMachine: s, account: "111122223333" }, global: "G_${account}"',
      second: 'from: { stateMachine: s, account: "444455556666" }, global: "G_${account}"',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${eventId}"',
      second: 'from: { stateMachine: t }, global: "G_${eventId}"',
    },
    {
      first: 'from: { jobQueue: q, jobName: s }, global: "G_${runId}"',
      second: 'from: { jobQueue: q, jobName: t }, global: "G_${runId}"',
    },
    // A text that is longer than the cut, or shorter and no name of the glob, is no text of the field.
    {
      first: 'from: { stateMachine: settle* }, global: "G_${stateMachine:8}"',
      second: 'from: { stateMachine: t }, global: G_settlement',
    },
    {
      first: 'from: { stateMachine: settle*-eod }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: t }, global: G_settlement',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${date:7}"',
      second: 'from: { stateMachine: t }, global: G_2026-1x',
    },
    // Only the workload that the second names comes to its variable.
    {
      first: 'from: { stateMachine: settle* }, global: "G_${stateMachine:40}"',
      second: 'from: { stateMachine: settlement }, global: G_settlement',
    },
    {
      first: 'from: { stateMachine: s }, global: "G_${date}"',
      second: 'from: { stateMachine: t }, global: G_TODAY',
    },
    {
      first: 'from: { stateMachine: "*" }, global: "A_${stateMachine:40}"',
      second: 'from: { jobQueue: q, jobName: "*" }, global: "B_${batchJobName:40}"',
    },
  ])('are taken where their templates cannot: $first, $second', ({ first, second }) => {
    expect(warningsOf(routes(first, second))).toEqual(toCutWarnings(first, second));
  });

  test('are warned about where only chance brings the names together', () => {
    const text = routes(
      'from: { stateMachine: "*" }, global: "G_${stateMachine:40}"',
      'from: { stateMachine: t }, global: G_LATE',
    );

    expect(warningsOf(text)).toEqual([
      expect.stringContaining('alike in the first 40 characters of stateMachine'),
      expect.stringContaining('sets G_${stateMachine:40} of ACE, which can be the same as G_LATE'),
    ]);
  });
});

describe('combine', () => {
  test.for([
    { where: 'one workload has its targets alone', text: 'from: { stateMachine: s }, global: G' },
    {
      where: 'nothing is sent but starts',
      text: 'from: { stateMachine: s* }, events: [{ on: FAILED, event: STARTJOB, job: J }]',
    },
  ])('is warned about where $where', ({ text }) => {
    expect(warningsOf(routes(`combine: latest, ${text}`))).toEqual([
      'combine has no effect: this route matches one workload, and no other route names its variables or jobs; remove it',
    ]);
  });

  test('takes no other word', () => {
    expect(faultsOf(routes('combine: worst, from: { stateMachine: s }, global: G'))).toEqual([
      '5:35 combine: found "worst", allowed: latest',
    ]);
  });
});

test('ten thousand routes are compared within the time of a test', () => {
  const many = Array.from({ length: 10_000 }, (_, at) =>
    at % 10 === 0
      ? `from: { stateMachine: "flow-${at}-*" }, global: "G_\${stateMachine:40}"`
      : `from: { stateMachine: flow-${at} }, global: G_flow_${at}`,
  );

  expect(read(routes(...many)).config.routes).toHaveLength(10_000);
});
