import { describe, expect, test } from 'vitest';
import { parseAutosysInstance } from '../../../autosys/names.ts';
import { readDefinedJobs } from '../../../cli/live/defined-jobs.ts';
import { judgeConditions } from '../../../cli/live/judge-conditions.ts';
import { judgeReaders } from '../../../cli/live/judge-readers.ts';
import { toNamedJobs } from '../../../cli/live/named-jobs.ts';
import { toOpenSetters, toProducedVariables } from '../../../cli/live/produced-values.ts';
import type { BridgeConfig } from '../../../lambda/routing/routes.ts';
import { readRouteFile } from '../../../route-file/index.ts';

const head = `instances:
  ACE: { endpoints: [https://a.example.com:9443], secret: a }
  PRD: { endpoints: [https://b.example.com:9443], secret: b }
`;

function readConfig(routes: string): BridgeConfig {
  const text = `${head}${routes}`;
  return readRouteFile(
    { name: 'bridge.yaml', text },
    () => undefined,
    () => [],
  ).config;
}

const settlement = readConfig(`routes:
  - { name: settlement, to: ACE, from: { stateMachine: settlement }, global: AWS_RUN }
`);

function toJobs(condition: string, attribute = 'condition', instance = 'ACE') {
  const text = `insert_job: LOAD  job_type: ${attribute === 'condition' ? 'CMD' : 'BOX'}\n  ${attribute}: ${condition}`;
  return readDefinedJobs({ name: 'AutoSys', text }, instance);
}

function judge(condition: string, config = settlement, attribute = 'condition', instance = 'ACE') {
  const settings = { variables: toProducedVariables(config), open: toOpenSetters(config) };
  const jobs = toJobs(condition, attribute, instance);
  return judgeConditions(jobs, settings).map(({ verdict, found }) => `${verdict}: ${found}`);
}

const canSet = 'route settlement can set: "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"';

test('an observed route sets nothing, so something else may set its variable', () => {
  const observed = readConfig(`routes:
  - name: settlement
    to: ACE
    from: { stateMachine: settlement }
    mode: { observe: { job: POLL_SETTLEMENT } }
    global: AWS_RUN
`);

  expect(toProducedVariables(observed)).toEqual([]);
  expect(judge('v(AWS_RUN) = "SUCCESS"', observed)).toEqual([]);
  const jobs = toNamedJobs(observed).map(({ text, usedBy }) => `${text} ${usedBy.join()}`);
  expect(jobs).toEqual(['POLL_SETTLEMENT route settlement']);
});

describe('a condition on a variable of the bridge', () => {
  test.for([
    { condition: 'v(AWS_RUN) = "SUCCEEDED"', verdict: 'passed' },
    { condition: 'v(AWS_RUN) = SUCCEEDED', verdict: 'passed' },
    { condition: 'v(AWS_RUN) = "succeeded"', verdict: 'finding' },
    { condition: 'v(AWS_RUN) = "SUCCESS"', verdict: 'finding' },
    { condition: 'v(AWS_RUN) != "SUCCESS"', verdict: 'passed' },
    { condition: 's(EXTRACT,02.30) & v(AWS_RUN) = "SUCCESS"', verdict: 'finding' },
    { condition: 's(EXTRACT,0) | v(AWS_RUN) = "SUCCESS"', verdict: 'passed' },
    { condition: '(v(AWS_RUN) = "SUCCESS" | v(AWS_RUN) = "FAILED") & n(OTHER)', verdict: 'passed' },
    { condition: 'v(AWS_RUN) = "DONE" & v(OTHER) = "X"', verdict: 'finding' },
    { condition: 'v(AWS_RUN^ACE) = "SUCCESS"', verdict: 'finding' },
  ])('is $verdict for $condition', ({ condition, verdict }) => {
    const [row] = judge(condition);

    expect(row).toMatch(new RegExp(`^${verdict}: `));
  });

  test('that waits for another value names the values that can be set', () => {
    expect(judge('s(EXTRACT) & v(AWS_RUN) = "SUCCESS"')).toEqual([
      `finding: waits for v(AWS_RUN) = "SUCCESS"; ${canSet}`,
    ]);
  });

  test('of which one alternative is impossible passes, and says so', () => {
    expect(judge('v(AWS_RUN) = "SUCCESS" | v(AWS_RUN) = "SUCCEEDED"')).toEqual([
      `passed: another term can make it true; waits for v(AWS_RUN) = "SUCCESS"; ${canSet}`,
    ]);
  });

  test('is found in box_success and box_failure too', () => {
    expect(judge('v(AWS_RUN) = "OK"', settlement, 'box_success')[0]).toMatch(/^finding: /);
    expect(judge('v(AWS_RUN) = "FAILED"', settlement, 'box_failure')[0]).toMatch(/^passed: /);
  });

  test('of another instance is compared with the routes to that instance', () => {
    expect(judge('v(AWS_RUN^ACE) = "OK"', settlement, 'condition', 'PRD')[0]).toMatch(/^finding/);
    expect(judge('v(AWS_RUN) = "OK"', settlement, 'condition', 'PRD')).toEqual([]);
    expect(judge('v(AWS_RUN^XYZ) = "OK"')).toEqual([]);
  });

  test('that cannot be parsed is not checked, if it names the variable', () => {
    const [row] = judge('v(AWS_RUN) = "SUCCEEDED" &');

    expect(row).toMatch(/^notChecked: it cannot be parsed: /);
    expect(judge('v(OTHER) = "X" &')).toEqual([]);
  });

  test('may wait for any text where a template has a field of the event', () => {
    const config = readConfig(`routes:
  - name: loads
    to: ACE
    from: { stateMachine: "load-*" }
    global: { name: "AWS_\${stateMachine:40}", values: { SUCCEEDED: "OK \${run:20}", FAILED: KO } }
`);

    expect(judge('v(AWS_load-fx) = "OK 17"', config)[0]).toMatch(/^passed: /);
    expect(judge('v(AWS_load-fx) = "KO"', config)[0]).toMatch(/^passed: /);
    expect(judge('v(AWS_load-fx) = "SUCCEEDED"', config)[0]).toMatch(
      /^finding: .*"OK \$\{run:20\}"/,
    );
    expect(judge('v(OTHER) = "SUCCEEDED"', config)).toEqual([]);
  });

  test('may wait for any value that a request of AWS may set', () => {
    const config: BridgeConfig = {
      ...settlement,
      requests: [
        {
          name: 'pay',
          roles: [],
          stateMachines: [],
          instance: parseAutosysInstance('ACE'),
          actions: ['setGlobal'],
          events: [],
          starts: [],
          jobs: [],
          globals: ['AWS_*'],
          mayKill: false,
          perMinute: 1,
        },
      ],
    };

    expect(judge('v(AWS_RUN) = "SUCCESS"', config)[0]).toMatch(/^passed: /);
  });
});

describe('a variable of the bridge', () => {
  const variables = toProducedVariables(settlement);
  const unread = new Map();
  const judgeOf = (jil: string, instance = 'ACE') =>
    judgeReaders(variables, {
      jobs: readDefinedJobs({ name: 'AutoSys', text: jil }, instance),
      unread,
    }).map(({ verdict, found }) => `${verdict}: ${found}`);

  test.for([
    'insert_job: A  job_type: CMD\n condition: v(AWS_RUN) = "X"',
    'insert_job: A  job_type: CMD\n command: echo $$AWS_RUN',
    'insert_job: A  job_type: CMD\n command: echo $$(AWS_RUN) now',
    'insert_job: A  job_type: CMD\n std_out_file: /tmp/$${AWS_RUN}.log',
    'insert_job: A  job_type: BOX\n box_success: v(AWS_RUN) = "X"',
  ])('is read by %j', (jil) => {
    expect(judgeOf(jil)).toEqual(['passed: read by A (ACE)']);
  });

  test('is read by a job of another instance', () => {
    const jil = 'insert_job: A  job_type: CMD\n condition: v(AWS_RUN^ACE) = "X"';

    expect(judgeOf(jil, 'PRD')).toEqual(['passed: read by A (PRD)']);
  });

  test('that no job reads is a finding, with a similar name that one reads', () => {
    expect(judgeOf('insert_job: A  job_type: CMD\n condition: v(AWS_RUM) = "X"')).toEqual([
      'finding: no condition and no command reads it; did you mean AWS_RUM?',
    ]);
    expect(judgeOf('insert_job: A  job_type: CMD\n command: echo $AWS_RUN')[0]).toMatch(/^finding/);
  });

  test('is not checked while the definitions of an instance could not be read', () => {
    const rows = judgeReaders(variables, {
      jobs: [],
      unread: new Map([['PRD', { kind: 'unread', reason: 'down', advice: 'start it' } as const]]),
    });

    expect(rows).toMatchObject([
      {
        verdict: 'notChecked',
        found: 'no condition that could be read reads it; of PRD: down',
        advice: 'start it',
      },
    ]);
  });
});
