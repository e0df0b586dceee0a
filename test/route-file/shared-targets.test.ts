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
/** Routes r1, r2 … to ACE, from line 5 on. Each has the given content of its braces. */
const routes = (...lines: readonly string[]) =>
  lines.reduce(
    (text, one, at) =>
      `${text}  - { name: r${at + 1}, ${one.includes('to:') ? '' : 'to: ACE, '}${one} }\n`,
    twoInstances,
  );

/** The expected warning about the cut name of each route with a glob. */
const toCutWarnings = (...lines: readonly string[]) =>
  lines
    .filter((one) => one.includes('*'))
    .map(() =>
      expect.stringMatching(/^two workloads with the same text in the first \d+ characters of/),
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
  ])('is rejected with a fixed variable: $from', ({ from, because }) => {
    expect(routeFaults(`from: { ${from} }`, 'global: G')).toEqual([
      expect.stringContaining(
        `route one can match several workloads (${because}), and each of them sets G of ACE: a FAILED of one is discarded when another that began later succeeds; match one workload, put \${`,
      ),
    ]);
  });

  test.for([
    { action: 'global: G', names: 'G' },
    { action: 'global: { name: G, values: { FAILED: KO } }', names: 'G' },
    { action: 'global: "G_${status}"', names: 'G_${status}' },
    { action: 'job: J', names: 'the status of job J' },
    {
      action: 'events: [{ on: FAILED, event: CHANGE_STATUS, job: J, status: FAILURE }]',
      names: 'the status of job J',
    },
    {
      action: 'events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: G, value: KO }]',
      names: 'G',
    },
    ...[
      ['JOB_ON_HOLD', 'hold'],
      ['JOB_OFF_ICE', 'ice'],
      ['JOB_ON_NOEXEC', 'noexec'],
      ['SUSPENDJOB', 'suspension'],
      ['CHANGE_PRIORITY, priority: 1', 'priority'],
    ].map(([event, property]) => ({
      action: `events: [{ on: FAILED, event: ${event}, job: J }]`,
      names: `the ${property} of job J`,
    })),
    ...[
      'executionName:40',
      'date',
      'changedAt',
      'mapLabel|none',
      'output.desk:20|none',
      'redriveCount',
    ].map((field) => ({ action: `global: "G_\${${field}}"`, names: `G_\${${field}}` })),
    { action: 'global: "G_${stateMachine:5}"', names: 'G_${stateMachine:5}' },
    { action: 'global: "G_${executionArn:40}"', names: 'G_${executionArn:40}' },
    { action: 'global: "G_${account}"', names: 'G_${account}' },
  ])('is rejected with $action, which does not distinguish them', ({ action, names }) => {
    expect(routeFaults('from: { stateMachine: risk-* }', action)).toEqual([
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
    // Versions and aliases belong to one state machine.
    { from: 'stateMachine: "settlement:*"', name: 'G' },
    { from: `stateMachine: ${own}:settlement:live"`, name: 'G' },
    { from: 'jobQueue: night, jobName: risk, jobDefinition: "*"', name: 'G' },
    { from: `jobQueue: ${queue}/night", jobName: risk`, name: 'G' },
  ])('is accepted if the name distinguishes them: $from, $name', ({ from, name }) => {
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
    'is accepted with a warning if the cut name distinguishes them: $from, $name',
    ({ from, name, alike }) => {
      expect(warningsOf(aFile('to: ACE', `from: { ${from} }`, `global: "${name}"`))).toEqual([
        expect.stringContaining(
          `two workloads with the same text ${alike} set the same target ${name} of ACE`,
        ),
      ]);
    },
  );

  test('is accepted with combine: latest', () => {
    const text = aFile('to: ACE', 'combine: latest', 'from: { stateMachine: s* }', 'global: G');

    expect(warningsOf(text)).toEqual([]);
    expect(read(text).config.routes).toMatchObject([{ combine: 'latest' }]);
  });

  test.for(['STARTJOB', 'FORCE_STARTJOB', 'KILLJOB', 'RELEASE_RESOURCE'])(
    'can send %s, which is sent once for each run',
    (event) => {
      expect(
        routeFaults(
          'from: { stateMachine: s* }',
          `events: [{ on: FAILED, event: ${event}, job: J }]`,
        ),
      ).toEqual([]);
    },
  );

  test('lists all targets in one message, at the name of the route', () => {
    expect(faultsOf(aFile('to: ACE', 'from: { jobQueue: q }', 'global: [G, H]', 'job: J'))).toEqual(
      [
        '5:11 route one can match several workloads (jobName is not given), and each of them sets G, H, the status of job J of ACE: a FAILED of one is discarded when another that began later succeeds; match one workload, put ${batchJobName} into the name, as in G_${batchJobName:62}, or add combine: latest to the route if the run that began last should decide',
      ],
    );
  });

  test.for([
    {
      global: '"G_${stateMachine:20}"',
      expected: [
        /^two workloads with the same text in the first 20 characters of stateMachine set the same target G_\$\{stateMachine:20\} of ACE, .*; cut less, as in G_\$\{stateMachine:62\}, or use workload names that begin differently$/,
      ],
    },
    {
      global: '"${account}_${stateMachine:20}"',
      expected: [/; cut less, as in \$\{account\}_\$\{stateMachine:51\}, or use workload names/],
    },
    // A name without room gets no advice to cut less.
    {
      global: '"G_${stateMachine:62}"',
      expected: [
        /, and the run that began last decides; use workload names that begin differently$/,
      ],
    },
    {
      global: '["${stateMachine:40}", "${stateMachine:40}_NOTE"]',
      expected: [
        / set the same target \$\{stateMachine:40\} of ACE/,
        / set the same target \$\{stateMachine:40\}_NOTE of ACE/,
        /^\$\{stateMachine:40\} and \$\{stateMachine:40\}_NOTE of ACE can be the same name for two workloads/,
      ],
    },
  ])('causes a warning about names that may still be equal: $global', ({ global, expected }) => {
    expect(
      warningsOf(aFile('to: ACE', 'from: { stateMachine: "*" }', `global: ${global}`)),
    ).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  test('causes a warning about queue and job name without a separator', () => {
    const route = [
      'to: ACE',
      'from: { jobDefinition: d }',
      'global: "${jobQueue:31}-${batchJobName:32}"',
    ];

    expect(warningsOf(aFile(...route))).toEqual([
      expect.stringContaining(
        'the same text in the first 32 characters of batchJobName and in the first',
      ),
      expect.stringContaining(
        'put a dot between the fields, because Batch allows no dot in either, as in ${jobQueue:31}.${batchJobName:32}',
      ),
    ]);
  });
});

describe('a name that is too long, or that does not distinguish workloads', () => {
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
    'is rejected once, and the name that the message suggests is accepted: $from, $name',
    ({ from, name }) => {
      const values = 'values: { SUCCEEDED: OK, FAILED: KO }';
      const faults = routeFaults(`from: { ${from} }`, `global: { name: "${name}", ${values} }`);
      const suggested = example(faults[0]);

      expect(faults).toHaveLength(1);
      expect(suggested).toMatch(/^G_/);
      expect(
        routeFaults(`from: { ${from} }`, `global: { name: "${suggested}", ${values} }`),
      ).toEqual([]);
    },
  );

  test('gets no suggestion if no name fits', () => {
    const from = `from: { stateMachine: ${long}${long}* }`;

    expect(routeFaults(from, 'global: "G_${stateMachine}"')).toEqual([
      'global variable name: can have 82 characters, allowed: at most 64; shorten its text, use fewer fields, or match one workload',
    ]);
    expect(routeFaults(from, 'global: G')).toEqual([
      expect.stringContaining('succeeds; match one workload, or add combine: latest to the route'),
    ]);
    expect(routeFaults('combine: latest', from, 'global: "G_${stateMachine}"')).toEqual([
      'global variable name: can have 82 characters, allowed: at most 64; cut its fields, as in G_${stateMachine:62}',
    ]);
  });

  test.for([
    { name: 'G_${stateMachin:40}', expected: 'unknown field "stateMachin"' },
    { name: 'G_${batchJobName:40}', expected: 'an execution has no batchJobName' },
    { name: 'G ${date}', expected: 'found "G "' },
    { name: 'G_${output.desk:9}', expected: 'only SUCCEEDED has an output' },
    { name: 'G_${mapLabel}', expected: 'mapLabel may be absent' },
  ])('gets only the message of another fault: $name', ({ name, expected }) => {
    expect(routeFaults('from: { stateMachine: risk-* }', `global: "${name}"`)).toEqual([
      expect.stringContaining(expected),
    ]);
    expect(
      routeFaults(
        'from: { stateMachine: risk-* }',
        `events: [{ on: FAILED, event: SET_GLOBAL, globalVariable: "${name}", value: KO }]`,
      ),
    ).toHaveLength(1);
  });

  test('is checked for length only in a start', () => {
    const event = 'events: [{ on: FAILED, event: STARTJOB, job: "J_${executionName}" }]';

    expect(routeFaults('from: { stateMachine: risk-* }', event)).toEqual([
      'job name: can have 82 characters, allowed: at most 64; cut its fields, as in J_${executionName:62}',
    ]);
  });
});

describe('the children of one run', () => {
  test.for([
    { from: 'stateMachine: s, mapChildren: only', field: '${executionName:62}' },
    { from: 'jobQueue: q, jobName: j, arrayChildren: include', field: '${index|0}' },
    { from: 'jobQueue: q, jobName: j, nodes: only', field: '${index|0}' },
  ])('cause a warning if they share a target: $from', ({ from, field }) => {
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
    '; a route without account or region matches those of the stack: if both routes mean the same workload, give account and region in both routes, or in neither';

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
  ])('are rejected with one variable: $first, $second', ({ first, second, more }) => {
    expect(faultsOf(routes(`${first}, global: G`, `${second}, global: G`))).toEqual([
      `6:13 route r1 (line 5) also sets G of ACE, for another workload: a FAILED of one is discarded when a run of the other that began later succeeds; use different names, or add combine: latest to both routes if the run that began last should decide${more}`,
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
  ])('are rejected with $target', ({ first, second, target }) => {
    expect(faultsOf(routes(`${s}, ${first}`, `${t}, ${second}`))).toEqual([
      expect.stringContaining(`route r1 (line 5) also sets ${target} of ACE, for another workload`),
    ]);
  });

  test.for([
    { lacks: 'the first', first: '', second: 'combine: latest, ', to: 'route r1 as well' },
    { lacks: 'the second', first: 'combine: latest, ', second: '', to: 'this route as well' },
  ])('are rejected if $lacks has no combine', ({ first, second, to }) => {
    expect(faultsOf(routes(`${first}${s}, global: G`, `${second}${t}, global: G`))).toEqual([
      expect.stringContaining(`add combine: latest to ${to} if`),
    ]);
  });

  test('are accepted if each has combine: latest', () => {
    const text = routes(`combine: latest, ${s}, global: G`, `combine: latest, ${t}, global: G`);

    expect(warningsOf(text)).toEqual([]);
  });

  test('are rejected once each', () => {
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
    { but: 'a job with the name of the variable', second: `${t}, job: G` },
    { but: 'a start', second: `${t}, events: [{ on: FAILED, event: FORCE_STARTJOB, job: J }]` },
    { but: 'a kill', second: `${t}, events: [{ on: FAILED, event: KILLJOB, job: J }]` },
    { but: 'a name in another case', second: `${t}, global: g` },
  ])('are accepted with $but', ({ second }) => {
    expect(warningsOf(routes(`${s}, global: G, job: J`, second))).toEqual([]);
  });

  test.for([
    // The workloads have the same name.
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
    // The text fits, whole or cut, and the glob shows that it is possible.
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
  ])(
    'are rejected if their templates can produce the same name: $first, $second',
    ({ first, second }) => {
      const faults = faultsOf(routes(first, second));

      expect(faults).toEqual([
        expect.stringMatching(/^6:13 route r1 \(line 5\) (?:also )?sets .* for another workload/),
      ]);
    },
  );

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
    // A text that is longer than the limit, or shorter and not matched by the glob, is impossible
    // for the field.
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
    // Only the workload of the second route has this variable.
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
  ])('are accepted if their templates cannot: $first, $second', ({ first, second }) => {
    expect(warningsOf(routes(first, second))).toEqual(toCutWarnings(first, second));
  });

  test('cause a warning if the names can be equal by chance only', () => {
    const text = routes(
      'from: { stateMachine: "*" }, global: "G_${stateMachine:40}"',
      'from: { stateMachine: t }, global: G_LATE',
    );

    expect(warningsOf(text)).toEqual([
      expect.stringContaining('the same text in the first 40 characters of stateMachine'),
      expect.stringContaining('sets G_${stateMachine:40} of ACE, which can be the same as G_LATE'),
    ]);
  });
});

describe('combine', () => {
  test.for([
    { where: 'no other route sets the targets', text: 'from: { stateMachine: s }, global: G' },
    {
      where: 'the route only sends starts',
      text: 'from: { stateMachine: s* }, events: [{ on: FAILED, event: STARTJOB, job: J }]',
    },
  ])('causes a warning if $where', ({ text }) => {
    expect(warningsOf(routes(`combine: latest, ${text}`))).toEqual([
      'combine has no effect: this route matches one workload, and no other route sets its variables or jobs; remove it',
    ]);
  });

  test('accepts no other word', () => {
    expect(faultsOf(routes('combine: worst, from: { stateMachine: s }, global: G'))).toEqual([
      '5:35 combine: found "worst", allowed: latest',
    ]);
  });
});

test('ten thousand routes are compared within the time limit of a test', () => {
  const many = Array.from({ length: 10_000 }, (_, at) =>
    at % 10 === 0
      ? `from: { stateMachine: "flow-${at}-*" }, global: "G_\${stateMachine:40}"`
      : `from: { stateMachine: flow-${at} }, global: G_flow_${at}`,
  );

  expect(read(routes(...many)).config.routes).toHaveLength(10_000);
});

describe('an exception', () => {
  const others = 'from: { jobQueue: q*, jobName: { name: risk-*, except: risk-eod } }';
  const names = 'global: "AWS_${batchJobName:40}.${jobQueue:18}"';

  test.for([
    { name: '${batchJobName:40}', refused: 1, except: '' },
    { name: '${batchJobName:40}', refused: 0, except: ', except: risk-eod' },
    { name: 'risk-eod', refused: 1, except: '' },
    { name: 'risk-eod', refused: 0, except: ', except: risk-e*' },
    { name: 'risk-eod', refused: 1, except: ', except: risk-x' },
  ])('keeps its names apart: $name, $except, $refused faults', ({ name, refused, except }) => {
    const text = routes(
      `from: { jobQueue: a, jobName: { name: risk-*${except || ', except: risk-y'} } }, global: "AWS_\${batchJobName:40}"`,
      `from: { jobQueue: b, jobName: risk-eod }, global: "AWS_${name}"`,
    );

    expect(faultsOf(text)).toHaveLength(refused);
  });

  test('does not make a glob one workload', () => {
    expect(faultsOf(routes(`${others}, global: G`))).toEqual([
      expect.stringContaining('jobName risk-* is a pattern'),
    ]);
    expect(faultsOf(routes(`${others}, ${names}`))).toEqual([]);
  });
});
