import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRecoveredExecutionEvent } from '../../../../lambda/sweep/recovered-event.ts';
import { reduceCause } from '../../../../lambda/workload/read/cause.ts';
import { readWorkloadEvent } from '../../../../lambda/workload/read/index.ts';
import { anExecutionEvent, batchSecret, readAt } from '../../../support/builders.ts';
import { aDescribedExecution, asking } from '../../sweep/lookup.ts';

const command = ['run', '--token', batchSecret];
const environment = [{ Name: 'DB_PASSWORD', Value: batchSecret }];
const pull = 'CannotPullContainerError: pull access denied';

/** Causes as the integrations of Step Functions write them, reduced to the relevant fields. */
const integrations = [
  {
    of: 'batch:submitJob.sync that never started',
    cause: {
      Attempts: [],
      Container: { Command: command, Environment: environment },
      JobName: 'risk',
      Parameters: { password: batchSecret },
      StatusReason: 'Task failed to start',
    },
    reduced: 'Task failed to start',
  },
  {
    of: 'batch:submitJob.sync whose container knows more',
    cause: {
      Attempts: [
        { Container: { Reason: 'OutOfMemoryError' }, StatusReason: 'Task failed to start' },
        { Container: { Reason: pull }, StatusReason: 'Task failed to start' },
      ],
      Container: { Command: command, Environment: environment },
      StatusReason: 'Task failed to start',
    },
    reduced: pull,
  },
  {
    of: 'ecs:runTask.sync',
    cause: {
      Containers: [{ Name: 'main', ExitCode: 1, Reason: 'OutOfMemoryError' }],
      Overrides: {
        ContainerOverrides: [{ Name: 'main', Command: command, Environment: environment }],
      },
      StopCode: 'EssentialContainerExited',
      StoppedReason: 'Essential container in task exited',
      Tags: [{ Key: 'Reason', Value: batchSecret }],
    },
    reduced: 'EssentialContainerExited: OutOfMemoryError',
  },
  {
    of: 'lambda:invoke',
    cause: {
      errorMessage: 'no rates',
      errorType: 'RatesError',
      trace: [`at run (${batchSecret})`],
    },
    reduced: 'RatesError: no rates',
  },
  {
    of: 'glue:startJobRun.sync',
    cause: {
      Arguments: { '--password': batchSecret, '--Message': batchSecret },
      ErrorMessage: 'NameError: rates',
      JobName: 'fx',
      JobRunState: 'FAILED',
    },
    reduced: 'NameError: rates',
  },
  {
    of: 'elasticmapreduce:addStep.sync',
    cause: {
      Step: {
        Config: { Args: command, Properties: { reason: batchSecret } },
        Status: {
          FailureDetails: { Reason: 'Unknown Error.', Message: 'exit 1', LogFile: 's3://log' },
          State: 'FAILED',
        },
      },
    },
    reduced: 'Unknown Error.',
  },
  {
    of: 'codebuild:startBuild.sync',
    cause: {
      Build: {
        BuildStatus: 'FAILED',
        Environment: { EnvironmentVariables: environment },
        Phases: [
          { Contexts: [], PhaseType: 'INSTALL' },
          { Contexts: [{ Message: 'exit status 1', StatusCode: 'COMMAND' }] },
        ],
      },
    },
    reduced: 'exit status 1',
  },
  {
    of: 'states:startExecution.sync around a Batch job',
    cause: {
      Cause: JSON.stringify({ Container: { Environment: environment }, StatusReason: pull }),
      Error: 'States.TaskFailed',
      Input: JSON.stringify({ message: batchSecret }),
      Status: 'FAILED',
    },
    reduced: `States.TaskFailed: ${pull}`,
  },
  {
    of: 'states:startExecution.sync:2 with an error of JSON',
    cause: {
      Cause: JSON.stringify(JSON.stringify({ Command: command })),
      Error: JSON.stringify({ Environment: environment, errorType: 'RatesError' }),
    },
    reduced: 'RatesError',
  },
] as const;

describe('the cause of a task', () => {
  test.for(integrations)('is reduced to error and message: $of', ({ cause, reduced }) => {
    expect(reduceCause(JSON.stringify(cause))).toBe(reduced);
    expect(reduceCause(JSON.stringify(cause, null, 2))).toBe(reduced);
    expect(reduceCause(JSON.stringify(JSON.stringify(cause)))).toBe(reduced);
    expect(reduceCause(`Task failed: ${JSON.stringify(cause)}.`)).toBe(`Task failed: ${reduced}.`);
  });

  test.for(integrations)('shows no secret at any truncation: $of', ({ cause }) => {
    const text = JSON.stringify(cause);

    for (const whole of [text, `Task failed: ${text}`, JSON.stringify(text).slice(1)]) {
      for (let length = 0; length <= whole.length; length += 1) {
        const reduced = reduceCause(whole.slice(0, length)) ?? '';
        expect(reduced).not.toContain(batchSecret.slice(0, 7));
      }
    }
  });

  test.for([
    `Command '['run', '--token', '${batchSecret}']' returned 1`,
    `task {'environment': [{'name': '}', 'value': '${batchSecret}'}]} failed`,
    `RunTask(Environment=[KeyValuePair(Name=A, Value=${batchSecret})])`,
    `The path '$.x' was not found in the input '{"env":{"a":"${batchSecret}"}}'`,
    `["run","--token","${batchSecret}"]`,
    `"{\\"Environment\\":[{\\"Value\\":\\"${batchSecret}\\"}]}"`,
  ])('shows no structure within a sentence: %s', (text) => {
    expect(reduceCause(text) ?? '').not.toContain(batchSecret);
  });

  test.for([
    'The rates of EUR/CHF are missing',
    'FileNotFoundError: [Errno 2] No such file: fx.csv',
    'no answer from https://rates.example.com/{id}/today',
    '42',
  ])('is unchanged if it is a sentence: %s', (text) => {
    expect(reduceCause(text)).toBe(text);
  });

  test.for(['{}', '[]', '{"code":7,"text":"no rates"}', '""', ' '])(
    'is absent if nothing in it explains the failure: %s',
    (text) => {
      expect(reduceCause(text)).toBeUndefined();
    },
  );

  test('is not changed by a second reduction', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .array(fc.constantFrom('{', '}', '[', ']', '"', ':', 'command', ' ', 'x'))
        .map((all) => all.join('')),
    );

    fc.assert(
      fc.property(texts, (text) => {
        const reduced = reduceCause(text);
        expect(reduced === undefined ? undefined : reduceCause(reduced)).toBe(reduced);
      }),
    );
  });

  test.for([null, undefined])('is absent if it is %s', (text) => {
    expect(reduceCause(text)).toBeUndefined();
  });

  test('of any depth is read without an error', () => {
    const deep = `${'{"cause":'.repeat(9_000)}"x"${'}'.repeat(9_000)}`;

    expect(reduceCause(deep)).toBeUndefined();
  });
});

describe('an execution that failed in a task', () => {
  const cause = JSON.stringify(integrations[0].cause);
  const error = JSON.stringify({ Environment: environment, Error: 'States.TaskFailed' });
  const failed = { status: 'FAILED', output: null, error, cause };

  test('has neither command nor environment after reading', () => {
    const reading = readWorkloadEvent(anExecutionEvent(failed), readAt);

    expect(reading).toMatchObject({
      event: { error: 'States.TaskFailed', cause: 'Task failed to start' },
    });
    expect(inspect(reading, { depth: 20 })).not.toContain(batchSecret);
  });

  test('has neither error nor cause if the answer to the sweep has neither', () => {
    // The types of the SDK do not allow null, but its answers contain it.
    const described = JSON.parse('{"error":null,"cause":null}');

    const { detail } = toRecoveredExecutionEvent(
      { ...aDescribedExecution(), ...described },
      asking,
    );

    expect(detail).toMatchObject({ error: null, cause: null });
  });

  test('has neither command nor environment in the event that the sweep makes', () => {
    const described = aDescribedExecution({ status: 'FAILED', output: undefined, error, cause });

    const event = toRecoveredExecutionEvent(described, asking);

    expect(event.detail).toMatchObject({
      error: 'States.TaskFailed',
      cause: 'Task failed to start',
    });
    expect(JSON.stringify(event)).not.toContain(batchSecret);
  });
});

test.each([
  ['empty objects', '{}'.repeat(16_384), '…'.repeat(16_384)],
  ['objects within a sentence', 'x {"a":1}'.repeat(3_600), 'x …'.repeat(3_600)],
])(
  'a cause of 32 KB with thousands of %s is reduced, and ends no function',
  (_, cause, reduced) => {
    expect(reduceCause(`not ${cause}`)).toBe(`not ${reduced}`);
  },
);
