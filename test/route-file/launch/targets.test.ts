// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of a template are what it is about
import { describe, expect, test } from 'vitest';
import type { LaunchTarget } from '../../../lambda/routing/targets.ts';
import { aLaunchFile, faultsOf, read, readTarget, warningsOf } from '../files.ts';

const machineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:settlement';
const queueArn = 'arn:aws:batch:eu-west-1:111122223333:job-queue/night';
const definitionArn = 'arn:aws:batch:eu-west-1:111122223333:job-definition/risk';

const defaults = {
  name: 'one',
  input: { template: {} },
  params: {},
  endsWithinMs: 3_600_000,
  onKill: 'stop',
  exitCodes: {},
  children: { stateMachines: [], jobQueues: [], jobDefinitions: [] },
  enabled: true,
} as const;

const execution = {
  ...defaults,
  kind: 'execution',
  stateMachine: 'settlement',
  from: {
    kind: 'execution',
    stateMachine: { by: 'name', text: 'settlement' },
    mapChildren: 'ignore',
  },
} as const satisfies LaunchTarget;

const batchJob = {
  ...defaults,
  kind: 'batchJob',
  jobQueue: 'night',
  jobDefinition: 'risk',
  overrides: {},
  dependsOn: [],
  from: {
    kind: 'batchJob',
    jobQueue: { by: 'name', text: 'night' },
    jobDefinition: { by: 'name', text: 'risk' },
    arrayChildren: 'ignore',
    nodes: 'ignore',
  },
} as const satisfies LaunchTarget;

describe('a target', () => {
  test.for<{ lines: readonly string[]; target: LaunchTarget }>([
    { lines: ['stateMachine: settlement'], target: execution },
    {
      lines: ['stateMachine: settlement:live'],
      target: { ...execution, qualifier: 'live' },
    },
    { lines: ['stateMachine: settlement:3'], target: { ...execution, qualifier: '3' } },
    {
      lines: [`stateMachine: ${machineArn}`],
      target: {
        ...execution,
        from: { ...execution.from, stateMachine: { by: 'arn', text: machineArn } },
      },
    },
    {
      lines: [`stateMachine: ${machineArn}:live`],
      target: {
        ...execution,
        qualifier: 'live',
        from: { ...execution.from, stateMachine: { by: 'arn', text: machineArn } },
      },
    },
    { lines: ['jobQueue: night', 'jobDefinition: risk'], target: batchJob },
    {
      lines: [`jobQueue: ${queueArn}`, `jobDefinition: ${definitionArn}:7`],
      target: {
        ...batchJob,
        jobDefinition: 'risk:7',
        from: {
          ...batchJob.from,
          jobQueue: { by: 'arn', text: queueArn },
          jobDefinition: { by: 'arn', text: `${definitionArn}:7` },
        },
      },
    },
    {
      lines: ['jobQueue: night', 'jobDefinition: risk:7'],
      target: {
        ...batchJob,
        jobDefinition: 'risk:7',
        from: { ...batchJob.from, jobDefinition: { by: 'name', text: 'risk:7' } },
      },
    },
  ])('is compiled with the defaults from $lines.0', ({ lines, target }) => {
    expect(readTarget(...lines)).toEqual(target);
  });

  test('is compiled with every key of a state machine', () => {
    const target = readTarget(
      'stateMachine: settlement',
      'input: { date: "${param.date}", run: "${job}/${run}", limits: [1, 2.5, true, null, "$$5"] }',
      "params: { date: '\\d{4}-\\d{2}-\\d{2}' }",
      'endsWithin: 90m',
      'onKill: leave',
      'exitCodes: { FAILED: 3, TIMED_OUT: 75, ABORTED: 255, Rates.NoData: 4 }',
      'children: { stateMachines: [settle-*], jobQueues: [night], jobDefinitions: [risk, fx-*] }',
      'maxRunning: 5',
      'enabled: false',
    );

    expect(target).toEqual({
      ...execution,
      input: {
        template: {
          date: '${param.date}',
          run: '${job}/${run}',
          limits: [1, 2.5, true, null, '$$5'],
        },
      },
      params: { date: '\\d{4}-\\d{2}-\\d{2}' },
      endsWithinMs: 5_400_000,
      onKill: 'leave',
      exitCodes: { FAILED: 3, TIMED_OUT: 75, ABORTED: 255, 'Rates.NoData': 4 },
      children: {
        stateMachines: ['settle-*'],
        jobQueues: ['night'],
        jobDefinitions: ['risk', 'fx-*'],
      },
      maxRunning: 5,
      enabled: false,
    });
  });

  test('is compiled with every key of a Batch job', () => {
    const target = readTarget(
      'jobQueue: night',
      'jobDefinition: risk',
      'input: { date: "${param.date}" }',
      "params: { date: '\\d{8}', n: '\\d+', after: '[0-9a-f-]{36}' }",
      'array: "${param.n}"',
      'overrides:',
      '  command: [run, --job, "${job}"]',
      '  environment: { RUN: "${name}", EMPTY: "" }',
      '  vcpus: 0.5',
      '  memory: 2048',
      '  attempts: 2',
      '  timeout: 90m',
      'dependsOn: ["${param.after}"]',
    );

    expect(target).toMatchObject({
      input: { template: { date: '${param.date}' } },
      arraySize: '${param.n}',
      overrides: {
        command: ['run', '--job', '${job}'],
        environment: { RUN: '${name}', EMPTY: '' },
        vcpus: 0.5,
        memory: 2_048,
        attempts: 2,
        timeoutSeconds: 5_400,
      },
      dependsOn: ['${param.after}'],
    });
  });

  test.for([
    { line: 'array: 2', part: { arraySize: 2 } },
    { line: 'array: 10000', part: { arraySize: 10_000 } },
    { line: 'input: given', part: { input: 'given' } },
    { line: 'overrides: { vcpus: 4 }', part: { overrides: { vcpus: 4 } } },
    { line: 'overrides: { timeout: 60000ms }', part: { overrides: { timeoutSeconds: 60 } } },
  ])('of a Batch job may have $line', ({ line, part }) => {
    expect(readTarget('jobQueue: night', 'jobDefinition: risk', line)).toMatchObject(part);
  });

  test('may have a list as its input, and a mapping from an anchor', () => {
    expect(readTarget('stateMachine: x', 'input: ["${job}"]').input).toEqual({
      template: ['${job}'],
    });
    expect(
      readTarget('stateMachine: x', 'input: { a: &a { run: "${run}" }, b: *a }').input,
    ).toEqual({ template: { a: { run: '${run}' }, b: { run: '${run}' } } });
  });

  test('may match the same workload as a route', () => {
    const text = `${aLaunchFile('stateMachine: settlement')}routes:
  - { name: settlement, from: { stateMachine: settlement }, global: AWS_SETTLEMENT }
`;

    expect(faultsOf(text)).toEqual([]);
    expect(warningsOf(text)).toEqual([]);
    expect(read(text).config.routes).toHaveLength(1);
  });

  test('has no account of its own in the allowed accounts', () => {
    const text = aLaunchFile(`stateMachine: ${machineArn}`).replace(
      'targets:\n',
      'accounts: ["444455556666"]\ntargets:\n',
    );

    expect(faultsOf(text)).toEqual([]);
    expect(read(text).config.accounts).toEqual(['444455556666']);
    expect(read(text).location).toMatchObject([
      { use: 'target', account: '111122223333', region: 'eu-west-1', byArn: true },
    ]);
  });
});

const machineNames = 'allowed: a name, NAME:ALIAS, NAME:VERSION, or an ARN';
const fields = 'job, run, try, instance, name';

describe('a target is rejected', () => {
  test.for<{ lines: readonly string[]; faults: readonly string[] }>([
    {
      lines: ['onKill: stop'],
      faults: [
        '4:3 target: found no workload, allowed: stateMachine, or jobQueue and jobDefinition',
      ],
    },
    {
      lines: ['stateMachine: settle-*'],
      faults: [
        `5:19 stateMachine: found "settle-*", ${machineNames}; a target starts one workload, so wildcards are not allowed`,
      ],
    },
    {
      lines: ['stateMachine: "a:b:c"'],
      faults: [`5:19 stateMachine: found "a:b:c", ${machineNames}`],
    },
    {
      lines: ['stateMachine: 7'],
      faults: [`5:19 stateMachine: found a number, ${machineNames}; put it in quotes`],
    },
    {
      lines: [`stateMachine: "${machineArn}*"`],
      faults: [
        `5:19 stateMachine: found "${machineArn}*", allowed: an ARN such as arn:aws:states:eu-west-1:111122223333:stateMachine:NAME; a target starts one workload, so wildcards are not allowed`,
      ],
    },
    {
      lines: ['stateMachine: x', 'jobQueue: q', 'array: 2', 'dependsOn: ["${run}"]'],
      faults: [
        '6:5 jobQueue: found in a target with stateMachine, allowed: with jobQueue and jobDefinition only; remove it, or use two targets',
        '7:5 array: found in a target with stateMachine, allowed: with jobQueue and jobDefinition only; remove it, or use two targets',
        '8:5 dependsOn: found in a target with stateMachine, allowed: with jobQueue and jobDefinition only; remove it, or use two targets',
      ],
    },
    {
      lines: ['jobQueue: q'],
      faults: ['4:3 jobDefinition is missing; allowed: a name, NAME:REVISION, or an ARN'],
    },
    {
      lines: ['jobDefinition: "d:x"'],
      faults: [
        '4:3 jobQueue is missing; allowed: a name or an ARN',
        '5:20 jobDefinition: found "d:x", allowed: a name, NAME:REVISION, or an ARN',
      ],
    },
    {
      lines: [
        `jobQueue: ${queueArn}`,
        `jobDefinition: ${definitionArn.replace('-west-', '-central-')}`,
      ],
      faults: [
        '6:20 jobDefinition: found an ARN in account 111122223333, eu-central-1, but line 5 names a target in account 111122223333, eu-west-1; allowed: targets in the account and Region of the bridge only',
      ],
    },
    {
      lines: ['stateMachine: x', 'region: eu-west-1', 'timeout: 5m', 'onkill: stop'],
      faults: [
        '6:5 unknown key "region" in a target; a target is in the account and Region of the bridge; remove the key',
        '7:5 unknown key "timeout" in a target; move it to overrides',
        '8:5 unknown key "onkill" in a target; did you mean onKill?; allowed: stateMachine, jobQueue, jobDefinition, input, params, endsWithin, onKill, exitCodes, children, maxRunning, enabled, mirror, onRetry, array, overrides, dependsOn',
      ],
    },
    {
      lines: ['stateMachine: x', 'endsWithin: 30s', 'onKill: kill', 'maxRunning: 0', 'enabled: no'],
      faults: [
        '6:17 endsWithin: found "30s", allowed: from 1m to 80d, such as 90m or 12h',
        '7:13 onKill: found "kill", allowed: stop, leave',
        '8:17 maxRunning: found "0", allowed: a whole number from 1 to 100',
        '9:14 enabled: found "no", allowed: true or false',
      ],
    },
  ])('with its workload and keys $lines.0', ({ lines, faults }) => {
    expect(faultsOf(aLaunchFile(...lines))).toEqual(faults);
  });

  test.for<{ lines: readonly string[]; faults: readonly string[] }>([
    {
      lines: ['input: gven'],
      faults: [
        '6:12 input: found "gven", allowed: given, a mapping or a list; did you mean given?',
      ],
    },
    {
      lines: ['input:'],
      faults: ['6:5 input: found nothing, allowed: given, a mapping or a list'],
    },
    {
      lines: ['input: 7'],
      faults: ['6:12 input: found a number, allowed: given, a mapping or a list'],
    },
    {
      lines: ['input: { a: "x ${jop}", b: ["${run"] }'],
      faults: [
        `6:20 unknown field "jop"; did you mean job?; allowed: ${fields}`,
        '6:34 ${ is not closed; end it with }, or write $$ for a literal $',
      ],
    },
    {
      lines: [
        'input: { a: "${date}", b: "${param.dat}", c: "${param.x}" }',
        "params: { date: '\\d+' }",
      ],
      faults: [
        '6:18 unknown field "date"; did you mean param.date?',
        '6:32 undeclared parameter "dat"; did you mean date?; declare it in params of the target',
        '6:51 undeclared parameter "x"; declare it in params of the target',
      ],
    },
    {
      lines: ['input: { a: "${job:20}" }'],
      faults: [
        `6:18 unknown field "job:20"; fields of a target have no maximum length and no fallback; allowed: ${fields}`,
      ],
    },
    {
      lines: ['input: { a: 12345678901234567890, b: .inf, c: .nan }'],
      faults: [
        '6:17 input: found the number 12345678901234567000, which JSON cannot hold exactly, allowed: numbers up to 9007199254740991; put it in quotes',
        '6:42 input: found the number Infinity, which JSON cannot hold exactly, allowed: numbers up to 9007199254740991; put it in quotes',
        '6:51 input: found the number NaN, which JSON cannot hold exactly, allowed: numbers up to 9007199254740991; put it in quotes',
      ],
    },
    {
      lines: ['input: { __proto__: { a: 1 } }'],
      faults: ['6:14 invalid key; allowed: a text'],
    },
    {
      lines: [`input: { a: "${'x'.repeat(262_144)}" }`],
      faults: ['6:5 input: found 262152 bytes of JSON, allowed: at most 262144'],
    },
    {
      lines: ["params: { 1x: '\\d', a-b: '\\d', ok: 7 }", 'input: given'],
      faults: [
        '6:15 params: found "1x", allowed: 1 to 64 letters, digits and _, the first a letter',
        '6:25 params: found "a-b", allowed: 1 to 64 letters, digits and _, the first a letter',
        '6:40 pattern: found a number, allowed: a regular expression; put it in quotes',
      ],
    },
    {
      lines: ['params: [date]'],
      faults: ['6:5 params: found a list, allowed: a mapping from name to regular expression'],
    },
    {
      lines: ["params: { a: '(' }", 'input: given'],
      faults: [
        '6:18 pattern: found "(", which is no regular expression with the flag u: Unterminated group',
      ],
    },
    {
      lines: ["params: { a: '(a+)+' }", 'input: given'],
      faults: [
        '6:18 pattern: found "(a+)+", which may take very long to reject a value: a repeated part can match one text in two ways; allowed: parts that match a text in one way only, as in [a-z]+(?:-[a-z]+)*',
      ],
    },
  ])('with its input $lines.0', ({ lines, faults }) => {
    expect(faultsOf(aLaunchFile('stateMachine: x', ...lines))).toEqual(faults);
  });

  test.for<{ lines: readonly string[]; faults: readonly string[] }>([
    {
      lines: ['exitCodes: { SUCCEEDED: 1, RUNNABLE: 2, "a b": 3, FAILED: 256, TIMED_OUT: "1" }'],
      faults: [
        '6:18 exitCodes: found "SUCCEEDED", allowed: FAILED, TIMED_OUT, ABORTED, or the name of an error such as States.Timeout',
        '6:32 exitCodes: found "RUNNABLE", allowed: FAILED, TIMED_OUT, ABORTED, or the name of an error such as States.Timeout',
        '6:45 exitCodes: found "a b", allowed: FAILED, TIMED_OUT, ABORTED, or the name of an error: 1 to 256 characters without blanks',
        '6:63 exit code: found "256", allowed: a whole number from 0 to 255',
        '6:79 exit code: found "1", allowed: a whole number from 0 to 255',
      ],
    },
    {
      lines: ['exitCodes: [1]'],
      faults: [
        '6:5 exitCodes: found a list, allowed: a mapping from status or error name to exit code',
      ],
    },
    {
      lines: [
        'children: { stateMachines: ["*x", "a:1", ""], jobQueues: [], jobDefinitions: ["d:7"] }',
      ],
      faults: [
        ...(['"*x"', '"a:1"', '""'] as const).map(
          (found, at) =>
            `6:${[33, 39, 46][at]} stateMachines: found ${found}, allowed: a name without version or revision, or the beginning of a name with * at its end`,
        ),
        '6:62 jobQueues: found an empty list, allowed: a list of one or more',
        '6:83 jobDefinitions: found "d:7", allowed: a name without version or revision, or the beginning of a name with * at its end',
      ],
    },
  ])('with its ends $lines.0', ({ lines, faults }) => {
    expect(faultsOf(aLaunchFile('stateMachine: x', ...lines))).toEqual(faults);
  });

  test.for<{ lines: readonly string[]; faults: readonly string[] }>([
    {
      lines: ['input: { a: 1, b: true, c: [x] }'],
      faults: [
        '7:17 input: found a number, allowed: a text; put it in quotes',
        '7:23 input: found a boolean, allowed: a text; put it in quotes',
        '7:29 input: found a list, allowed: a text',
      ],
    },
    {
      lines: ['input: [x]'],
      faults: ['7:5 input: found a list, allowed: given, or a mapping of texts'],
    },
    {
      lines: ['input: Given'],
      faults: [
        '7:12 input: found "Given", allowed: given, or a mapping of texts; did you mean given?',
      ],
    },
    {
      lines: [
        `input: { a: "${'x'.repeat(30_000)}" }`,
        `overrides: { command: ["${'y'.repeat(800)}"] }`,
      ],
      faults: [
        '7:5 input, overrides and dependsOn: found 30830 bytes of JSON, allowed: at most 30720',
      ],
    },
    {
      lines: ['array: 1'],
      faults: ['7:12 array: found "1", allowed: a whole number from 2 to 10000'],
    },
    {
      lines: ['array: 10001'],
      faults: ['7:12 array: found "10001", allowed: a whole number from 2 to 10000'],
    },
    {
      lines: ['array: true'],
      faults: [
        '7:12 array: found a boolean, allowed: a whole number from 2 to 10000, or a template such as "${param.n}"',
      ],
    },
    {
      lines: ['array: "5"'],
      faults: [
        '7:12 array: found the text "5" without a field, allowed: a template such as "${param.n}"; write a number without quotes',
      ],
    },
    {
      lines: ['array: "${param.n}"'],
      faults: ['7:13 undeclared parameter "n"; declare it in params of the target'],
    },
    {
      lines: ['dependsOn: [x]'],
      faults: [
        '7:17 dependsOn: found "x" without a field, allowed: a template such as "${param.after}", because each Batch job has a new id',
      ],
    },
    {
      lines: [`dependsOn: [${Array.from({ length: 21 }, () => '"${run}"').join(', ')}]`],
      faults: ['7:5 dependsOn: found more than 20 jobs, allowed: at most 20'],
    },
    {
      lines: [
        'overrides: { command: ["", 7, "${jobb}"], environment: { AWS_BATCH_X: a, 1a: b, C: 3, D: "${x}" } }',
      ],
      faults: [
        '7:28 command: found "", allowed: a text that is not empty',
        '7:32 command: found a number, allowed: a text that is not empty; put it in quotes',
        `7:36 unknown field "jobb"; did you mean job?; allowed: ${fields}`,
        '7:62 environment: found "AWS_BATCH_X", allowed: letters, digits and _ . -, the first a letter or _; names that begin with AWS_BATCH are reserved for AWS Batch',
        '7:78 environment: found "1a", allowed: letters, digits and _ . -, the first a letter or _',
        '7:88 environment: found a number, allowed: a text; put it in quotes',
        `7:95 unknown field "x"; allowed: ${fields}`,
      ],
    },
    {
      lines: ['overrides: { vcpus: 0.75, memory: 3, attempts: 11, timeout: 59s, gpus: 1 }'],
      faults: [
        '7:25 vcpus: found "0.75", allowed: 0.25, 0.5, or a whole number from 1 to 1024',
        '7:39 memory: found "3", allowed: a whole number from 4 to 33554432',
        '7:52 attempts: found "11", allowed: a whole number from 1 to 10',
        '7:65 timeout: found "59s", allowed: from 60s to 80d, such as 90m or 12h',
        '7:70 unknown key "gpus" in overrides; allowed: command, environment, vcpus, memory, attempts, timeout',
      ],
    },
    {
      lines: ['overrides: { timeout: 60500ms, vcpus: x }'],
      faults: [
        '7:27 timeout: found "60500ms", allowed: whole seconds',
        '7:43 vcpus: found "x", allowed: 0.25, 0.5, or a whole number from 1 to 1024',
      ],
    },
    {
      lines: ['exitCodes: { TIMED_OUT: 1, FAILD: 2, States.Timeout: 3 }'],
      faults: [
        '7:18 exitCodes: found "TIMED_OUT", allowed: FAILED; a Batch job has no other end and no error name',
        '7:32 exitCodes: found "FAILD", allowed: FAILED; a Batch job has no other end and no error name; did you mean FAILED?',
        '7:42 exitCodes: found "States.Timeout", allowed: FAILED; a Batch job has no other end and no error name',
      ],
    },
  ])('for a Batch job with $lines.0', ({ lines, faults }) => {
    expect(faultsOf(aLaunchFile('jobQueue: q', 'jobDefinition: d', ...lines))).toEqual(faults);
  });
});

describe('the targets of a file are rejected', () => {
  const instances = 'instances: { ACE: { endpoints: [https://a], secret: s } }\n';
  const caller = 'callers: { c: { secret: t, targets: ["*"], jobs: [J] } }\n';

  test.for<{ targets: string; faults: readonly string[] }>([
    {
      targets: 'targets: [a]',
      faults: ['2:1 targets: found a list, allowed: a mapping of target names, such as settlement'],
    },
    { targets: 'targets: {}', faults: ['2:10 targets: found none, allowed: one or more'] },
    {
      targets: 'targets: { a: x }',
      faults: [
        '2:15 a target: found "x", allowed: a mapping with stateMachine, jobQueue, jobDefinition, input, params, endsWithin, onKill, exitCodes, children, maxRunning, enabled, mirror, onRetry, array, overrides, dependsOn',
      ],
    },
    {
      targets: 'targets: { Pay: { stateMachine: x }, -a: { stateMachine: "" } }',
      faults: [
        '2:12 target: found "Pay", allowed: 1 to 64 lower-case letters, digits and _ -, the first a letter or digit',
        '2:38 target: found "-a", allowed: 1 to 64 lower-case letters, digits and _ -, the first a letter or digit',
        `2:58 stateMachine: found "", ${machineNames}`,
      ],
    },
    {
      targets: 'targets: { __proto__: { stateMachine: x }, a: { stateMachine: x } }',
      faults: ['2:12 invalid key; allowed: a text'],
    },
    {
      targets: 'targets: { a: { stateMachine: x }, a: { stateMachine: y } }',
      faults: ['2:36 duplicate key; remove one'],
    },
    {
      targets: `targets: { a: { stateMachine: "${machineArn}" }, b: { stateMachine: "${machineArn.replace('111122223333', '444455556666')}" } }`,
      faults: [
        '2:117 stateMachine: found an ARN in account 444455556666, eu-west-1, but line 2 names a target in account 111122223333, eu-west-1; allowed: targets in the account and Region of the bridge only',
      ],
    },
  ])('as $targets', ({ targets, faults }) => {
    expect(faultsOf(`${instances}${targets}\n${caller}`)).toEqual(faults);
  });

  test('with each fault at the position of the anchor', () => {
    const text = `${instances}targets:
  a: { stateMachine: x, params: &p { d: '(a*)*' }, input: { d: "\${param.d}" } }
  b: { stateMachine: y, params: *p, input: { d: "\${param.d}" } }
${caller}`;

    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['3:41']);
  });

  test('without routes only if there are none', () => {
    expect(
      faultsOf(`${instances}targets: { a: { stateMachine: x } }\nroutes: []\n${caller}`),
    ).toEqual([]);
    expect(faultsOf(instances)).toEqual(['1:1 routes is missing; allowed: a list of one or more']);
    expect(faultsOf(`${instances}routes: []\n`)).toEqual([
      '2:9 routes: found an empty list, allowed: a list of one or more',
    ]);
  });

  test('names of properties of every object are names like others', () => {
    const text = `${instances}targets:
  constructor: { stateMachine: x, exitCodes: { valueOf: 3 }, params: { toString: a }, input: { x: "\${param.toString}" } }
${caller}`;

    const { targets, callers } = read(text).config;

    expect(targets.map(({ name, exitCodes }) => [name, Object.entries(exitCodes)])).toEqual([
      ['constructor', [['valueOf', 3]]],
    ]);
    expect(callers[0]?.targets).toEqual(['constructor']);
    expect(faultsOf(text.replace('{ toString: a }', '{ a: a }'))).toEqual([
      '3:93 undeclared parameter "toString"; declare it in params of the target',
    ]);
  });
});

describe('a mirror', () => {
  const file = (targets: string, more = '') =>
    `instances: { ACE: { endpoints: [https://a], secret: s, canaryGlobal: CANARY } }
targets: { ${targets} }
callers: { c: { secret: t, targets: ["*"], jobs: [J] } }
${more}`;
  const one = (mirror: string) => file(`a: { stateMachine: x, mirror: ${mirror} }`);
  const route = (lines: string) => `routes:
  - { name: r, from: { stateMachine: z }, to: ACE, ${lines} }
`;

  test.each([
    ['{ global: AWS_A }', { kind: 'global', name: 'AWS_A' }],
    ['{ job: A_IN_AWS }', { kind: 'job', name: 'A_IN_AWS' }],
  ])('%s is compiled', (given, mirror) => {
    expect(read(one(given)).config.targets[0]?.mirror).toEqual(mirror);
  });

  test.each([
    ['{}', 'mirror: found neither, allowed: either global or job'],
    ['{ global: A, job: B }', 'mirror: found both, allowed: either global or job'],
    ['{ global: "A B" }', 'global: found "A B", allowed: letters, digits and . _ -, up to 64'],
    [`{ job: ${'x'.repeat(65)} }`, 'allowed: letters, digits and . _ # - @ :, up to 64 characters'],
    ['{ global: CANARY }', 'variable CANARY is the scratch variable of instance ACE'],
  ])('%s is rejected', (given, message) => {
    expect(faultsOf(one(given))).toEqual([expect.stringContaining(message)]);
  });

  test('that another target has is rejected', () => {
    const mirror = 'mirror: { global: AWS_A }';
    const text = file(`a: { stateMachine: x, ${mirror} }, b: { stateMachine: y, ${mirror} }`);

    expect(faultsOf(text)).toEqual([
      '2:103 mirror: target a has variable AWS_A too; use another name',
    ]);
  });

  test.each([
    ['{ global: AWS_A }', 'global: AWS_A'],
    ['{ global: AWS_A }', 'global: "AWS_${executionName:40}"'],
    ['{ job: A_IN_AWS }', 'job: A_IN_AWS'],
  ])('%s that a route can set is rejected', (given, lines) => {
    const faults = faultsOf(file(`a: { stateMachine: x, mirror: ${given} }`, route(lines)));

    expect(faults).toEqual([expect.stringMatching(/mirror: route r can set .* too/)]);
  });

  test('may be a job that a route starts, and a variable of another name', () => {
    const lines = 'global: AWS_B, events: [{ on: SUCCEEDED, event: STARTJOB, job: A_IN_AWS }]';

    expect(
      faultsOf(file('a: { stateMachine: x, mirror: { job: A_IN_AWS } }', route(lines))),
    ).toEqual([]);
  });
});

test('onRetry redrive is compiled, and is for state machines only', () => {
  const [target] = read(aLaunchFile('stateMachine: x', 'onRetry: redrive')).config.targets;

  expect(target?.onRetry).toBe('redrive');
  expect(faultsOf(aLaunchFile('jobQueue: q', 'jobDefinition: d', 'onRetry: redrive'))).toEqual([
    '7:14 onRetry: found redrive in a target of AWS Batch, allowed: restart; AWS Batch cannot continue a job',
  ]);
});

describe('a warning', () => {
  test.for<{ lines: readonly string[]; warnings: readonly string[] }>([
    {
      lines: [
        "params: { date: '\\d+', run: '\\d+' }",
        'input: { a: "$${param.date} ${param.run}" }',
      ],
      warnings: [
        '6:15 params: no template of the target uses ${param.date}, so its value has no effect; use it, or remove it',
      ],
    },
    { lines: ["params: { date: '\\d+' }", 'input: given'], warnings: [] },
    {
      lines: ['exitCodes: { FAILED: 0 }'],
      warnings: ['6:26 exitCodes: a run that ends FAILED counts as a success in AutoSys'],
    },
    {
      lines: [
        'exitCodes: { timed-out: 1, ABORT: 2, States.TimeOut: 3, States.ALL: 4, Rates.NoData: 5 }',
      ],
      warnings: [
        '6:18 exitCodes: timed-out is no status, so it counts as the name of an error; did you mean TIMED_OUT?',
        '6:32 exitCodes: ABORT is no status, so it counts as the name of an error; did you mean ABORTED?',
        expect.stringMatching(
          /^6:42 exitCodes: no execution ends with the error States\.TimeOut; did you mean States\.Timeout\?; known errors of Step Functions: States\.BranchFailed, /,
        ),
        expect.stringMatching(
          /^6:61 exitCodes: no execution ends with the error States\.ALL; known/,
        ),
      ],
    },
    {
      lines: ['children: { stateMachines: [a, "*"] }'],
      warnings: [
        '6:36 stateMachines: a stop may end runs of every name in the account and Region; list the names, or a beginning such as risk-*',
      ],
    },
    {
      lines: ['input: { "${job}": 1 }'],
      warnings: [
        '6:14 input: found "${job}" as a key; keys are not templates, so it is sent as it is',
      ],
    },
  ])('is given for $lines.0', ({ lines, warnings }) => {
    expect(warningsOf(aLaunchFile('stateMachine: x', ...lines))).toEqual(warnings);
  });
});
