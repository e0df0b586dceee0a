import { describe, expect, test } from 'vitest';
import { toConsoleLink } from '../../../lambda/launch/console-link.ts';
import { toDiagnosis } from '../../../lambda/launch/diagnosis.ts';

const link = toConsoleLink('4c7599ae-0a82-49aa-ba5a-4727fcce14a8', 'eu-west-1');
const essential = 'Essential container in task exited';

const diagnoseJob = (result: object) =>
  toDiagnosis({ workload: 'batchJob', status: 'FAILED', result: { attempts: 1, ...result } });
const diagnoseExecution = (result: object) =>
  toDiagnosis({ workload: 'execution', status: 'FAILED', result: { attempts: 1, ...result } });

describe('the diagnosis of a Batch job', () => {
  test.for([
    [{ exitCode: 1, reason: essential }, 'Exit code 1: error of the program.'],
    [{ exitCode: 2, reason: essential }, 'Exit code 2: wrong usage of a command.'],
    [{ exitCode: 3, reason: essential }, 'Exit code 3.'],
    [{ exitCode: 126, reason: essential }, 'Exit code 126: the command cannot be executed.'],
    [{ exitCode: 127, reason: essential }, 'Exit code 127: command not found.'],
    [{ exitCode: 134, reason: essential }, 'Exit code 134: aborted by the program, SIGABRT.'],
    [{ exitCode: 137, reason: essential }, 'Exit code 137: killed, usually memory.'],
    [{ exitCode: 139, reason: essential }, 'Exit code 139: invalid memory access, SIGSEGV.'],
    [{ exitCode: 143, reason: essential }, 'Exit code 143: told to end, SIGTERM.'],
    [{ exitCode: 152, reason: essential }, 'Exit code 152: ended by signal 24.'],
    [
      { exitCode: 255, reason: essential },
      'Exit code 255: error of the program or of a remote shell.',
    ],
    [{ exitCode: 0, reason: essential }, 'Exit code 0, although AWS Batch reports a failure.'],
    [
      { exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
      'Reason: OutOfMemoryError: Container killed due to memory usage. The program used more memory than it may. Exit code 137: killed, memory.',
    ],
    [
      { exitCode: 137, reason: 'OOMKilled' },
      'Reason: OOMKilled. The program used more memory than it may. Exit code 137: killed, memory.',
    ],
    [
      {
        reason:
          'CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref registry/risk:9: not found',
      },
      'Reason: CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref registry/risk:9: not found. The image was not pulled: check its name and tag, the registry permissions, and the network.',
    ],
    [
      { reason: 'ImagePullBackOff' },
      'Reason: ImagePullBackOff. The image was not pulled: check its name and tag, the registry permissions, and the network.',
    ],
    [
      { reason: 'Host EC2 (instance i-0a1b2c3d4e5f67890) terminated.' },
      'Reason: Host EC2 (instance i-0a1b2c3d4e5f67890) terminated. The host is gone (Spot interruption or termination), which is no fault of the program.',
    ],
    [
      { reason: 'Job attempt duration exceeded timeout', exitCode: 137 },
      'Reason: Job attempt duration exceeded timeout. The attempt ran longer than its timeout and was killed. Exit code 137: killed.',
    ],
    [
      {
        reason:
          'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement is too high',
      },
      'Reason: MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT - The job resource requirement is too high. No compute environment of the queue fits the job: compare vCPU, memory and platform.',
    ],
    [
      { reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY' },
      'Reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY. AWS had no capacity for the job.',
    ],
    [
      { reason: 'ResourceInitializationError: unable to pull secrets or registry auth' },
      'Reason: ResourceInitializationError: unable to pull secrets or registry auth. The task was not prepared: check the execution role, and access to secrets, logs and network.',
    ],
    [
      {
        reason: 'CannotStartContainerError: exec: "run.sh": executable file not found',
        exitCode: 127,
      },
      'Reason: CannotStartContainerError: exec: "run.sh": executable file not found. The container did not start: check its command and its mounts. Exit code 127: command not found.',
    ],
    [
      {
        reason: 'DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s',
      },
      'Reason: DockerTimeoutError: Could not transition to created; timed out after waiting 4m0s. The host did not start the container in time; a retry usually helps.',
    ],
    [
      { reason: 'Dependent Job failed' },
      'Reason: Dependent Job failed. A job that it depends on failed, so it did not start.',
    ],
    [
      { reason: 'Array Child Job failed' },
      'Reason: Array Child Job failed. At least one child of the array failed.',
    ],
    [
      { reason: 'stopped by agents: SIGINT received' },
      'Reason: stopped by agents: SIGINT received.',
    ],
  ] as const)('of %j is: %s', ([result, text]) => {
    expect(diagnoseJob(result)).toBe(`The Batch job failed. ${text}`);
  });

  test('names the attempts', () => {
    expect(diagnoseJob({ attempts: 3, exitCode: 1 })).toMatch(
      /^The Batch job failed after 3 attempts\. /,
    );
  });
});

describe('the diagnosis of an execution', () => {
  test.for([
    [{ error: 'Rates.NoData', cause: 'no rates' }, 'Error: Rates.NoData: no rates.'],
    [{}, ''],
    [
      { error: 'States.Timeout' },
      'Error: States.Timeout. The state or the execution ran longer than its timeout.',
    ],
    [
      { error: 'States.HeartbeatTimeout' },
      'Error: States.HeartbeatTimeout. A task sent no heartbeat in time.',
    ],
    [{ error: 'States.TaskFailed' }, 'Error: States.TaskFailed. A task failed without a reason.'],
    [
      {
        error: 'States.TaskFailed',
        cause: 'OutOfMemoryError: Container killed due to memory usage',
      },
      'Error: States.TaskFailed: OutOfMemoryError: Container killed due to memory usage. The program used more memory than it may.',
    ],
    [
      {
        error: 'Lambda.Unknown',
        cause: 'The cause could not be determined because Lambda did not return an error type.',
      },
      'Error: Lambda.Unknown: The cause could not be determined because Lambda did not return an error type. Lambda gave no reason: usually its timeout or its memory was exceeded, or its runtime ended.',
    ],
    [
      {
        error: 'Sandbox.Timedout',
        cause: '2026-11-30T01:00:03.000Z 8f5 Task timed out after 3.00 seconds',
      },
      'Error: Sandbox.Timedout: 2026-11-30T01:00:03.000Z 8f5 Task timed out after 3.00 seconds. The Lambda function ran longer than its timeout.',
    ],
    [
      {
        error: 'Runtime.ExitError',
        cause: 'RequestId: 8f5 Error: Runtime exited with error: signal: killed',
      },
      'Error: Runtime.ExitError: RequestId: 8f5 Error: Runtime exited with error: signal: killed. The Lambda runtime ended early, usually because of memory.',
    ],
    [
      { error: 'Runtime.ImportModuleError', cause: "Error: Cannot find module 'index'" },
      "Error: Runtime.ImportModuleError: Error: Cannot find module 'index'. The Lambda function does not load: check its package and handler.",
    ],
    [
      { error: 'Lambda.TooManyRequestsException', cause: 'Rate Exceeded.' },
      'Error: Lambda.TooManyRequestsException: Rate Exceeded. A service refused too many requests; a retry usually helps.',
    ],
    [
      {
        error: 'States.DataLimitExceeded',
        cause:
          "The state/task 'Load' returned a result with a size exceeding the maximum number of bytes service limit.",
      },
      "Error: States.DataLimitExceeded: The state/task 'Load' returned a result with a size exceeding the maximum number of bytes service limit. A state passed on more than 256 KiB.",
    ],
    [
      {
        error: 'States.Runtime',
        cause:
          "The JSONPath '$.date' specified for the field 'date.$' could not be found in the input",
      },
      "Error: States.Runtime: The JSONPath '$.date' specified for the field 'date.$' could not be found in the input. The definition of the state machine does not fit its data; a retry does not help.",
    ],
    [
      {
        error: 'Batch.BatchException',
        cause:
          'User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: batch:SubmitJob',
      },
      'Error: Batch.BatchException: User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: batch:SubmitJob. A role lacks a permission.',
    ],
    [
      {
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      },
      'Error: States.ExceedToleratedFailureThreshold: The specified tolerated failure threshold was exceeded. More children of the Map Run failed than it tolerates.',
    ],
    [
      { error: 'States.ItemReaderFailed', cause: 'The Map Run could not read the object' },
      'Error: States.ItemReaderFailed: The Map Run could not read the object. The Map Run did not read its items or write its results: check the bucket and the role.',
    ],
    [
      { error: 'States.NoChoiceMatched' },
      'Error: States.NoChoiceMatched. No rule of a Choice state matched the data.',
    ],
    [{ error: 'Rates.NoData', cause: 'Rates.NoData: twice' }, 'Error: Rates.NoData: twice.'],
    [{ cause: 'two\nlines\u001b[31m' }, 'Error: two lines [31m.'],
  ] as const)('of %j is: %s', ([result, text]) => {
    expect(diagnoseExecution(result)).toBe(`The execution failed.${text && ` ${text}`}`);
  });

  test('names state, function, redrives and link', () => {
    const facts = { workload: 'execution', status: 'TIMED_OUT', console: link } as const;
    const failing = { state: 'Load', functionName: 'rates', error: 'E', fromMs: 0, toMs: 1 };

    expect(toDiagnosis({ ...facts, failing, result: { attempts: 2 } })).toBe(
      `The execution timed out in state Load (Lambda function rates) after a redrive. Error: E. Console: ${link}`,
    );
    expect(toDiagnosis({ ...facts, status: 'ABORTED', result: { attempts: 3 } })).toBe(
      `The execution was stopped after 2 redrives. Console: ${link}`,
    );
  });
});

test.for(['SUCCEEDED', 'RUNNING', 'RUNNABLE'] as const)(
  'there is none while it is %s',
  (status) => {
    expect(toDiagnosis({ workload: 'execution', status })).toBeUndefined();
  },
);

test('failed children are grouped by cause, the largest group first', () => {
  const oom = { exitCode: 137, reason: 'OutOfMemoryError: killed' };
  const plain = (exitCode: number) => ({ exitCode, reason: essential });
  const failed = [plain(1), oom, oom, { error: 'A', cause: 'a' }, {}, plain(4), plain(5)];

  const diagnose = (more: boolean, children: readonly object[] = failed) =>
    toDiagnosis({
      ...{ workload: 'batchJob', status: 'FAILED' },
      children: { failed: children, more },
    });

  expect(diagnose(false)).toBe(
    'The Batch job failed. 7 children failed: 2 × exit code 137 (killed, memory): OutOfMemoryError: killed; 1 × exit code 1 (error of the program); 1 × A: a; 1 × no reason; 2 × other reasons.',
  );
  expect(diagnose(true)).toContain('More than 7 children failed');
  expect(diagnose(false, [oom])).toContain('1 child failed: 1 × exit code 137');
  expect(diagnose(false, [])).toBe('The Batch job failed.');
});

test('it has at most 1,000 characters, and the link always', () => {
  const long = '😀 word '.repeat(400);
  const text = toDiagnosis({
    ...{ workload: 'batchJob', status: 'FAILED', console: link },
    result: { attempts: 1, error: long, cause: long, reason: long, exitCode: 1 },
  });

  expect(text?.length).toBeLessThanOrEqual(1_000);
  expect(text?.isWellFormed()).toBe(true);
  expect(text?.endsWith(`… Console: ${link}`)).toBe(true);
});
