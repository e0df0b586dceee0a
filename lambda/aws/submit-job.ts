import {
  BatchClient,
  type ContainerOverrides,
  SubmitJobCommand,
  type SubmitJobCommandInput,
} from '@aws-sdk/client-batch';
import { toClientSettings } from './client-timeouts.ts';
import { toFailedCall, toHttpStatus } from './lookup.ts';
import { type BatchSubmission, type SubmitJob, toFailedStart } from './start-result.ts';

/**
 * One try, and no other: SubmitJob has no token (API model), so a repeated request is a second job.
 * The SDK makes three by default.
 */
export const submitJobSettings = toClientSettings({ tries: 1, tryMs: 5_000 });

/** Maximum characters of a message of AWS that is shown. */
const shownCharacters = 200;

/**
 * Creates the submission of jobs in the account and Region of the function.
 *
 * SubmitJob does not answer when the job was created, so the time of the answer is taken. The
 * events of the job have the exact time.
 */
export function createSubmitJob({
  now,
  client = new BatchClient(submitJobSettings),
}: {
  readonly now: () => Date;
  /** With one try. @default - the client of the account and Region of the function */
  readonly client?: Pick<BatchClient, 'send'>;
}): SubmitJob {
  return async function submitJob(submission, signal) {
    try {
      const command = new SubmitJobCommand(toRequest(submission));
      const { jobId = '' } = await client.send(command, { abortSignal: signal });
      if (jobId === '') return { kind: 'unknown', reason: 'SubmitJob answered without a job id' };
      return { kind: 'started', id: jobId, beganMs: now().getTime() };
    } catch (error) {
      const answer = toFailedStart(toFailedCall(error), toHttpStatus(error));
      const message = answer.kind === 'refused' ? toShownMessage(error, submission) : undefined;
      return message === undefined ? answer : { ...answer, message };
    }
  };
}

function toRequest(submission: BatchSubmission): SubmitJobCommandInput {
  const { jobName, jobQueue, jobDefinition, parameters, arraySize, dependsOn } = submission;
  const { attempts, timeoutSeconds, tags } = submission;
  const containerOverrides = toContainerOverrides(submission);
  return {
    ...{ jobName, jobQueue, jobDefinition },
    parameters: { ...parameters },
    ...(arraySize !== undefined && { arrayProperties: { size: arraySize } }),
    ...(dependsOn.length > 0 && { dependsOn: dependsOn.map((jobId) => ({ jobId })) }),
    ...(Object.keys(containerOverrides).length > 0 && { containerOverrides }),
    ...(attempts !== undefined && { retryStrategy: { attempts } }),
    ...(timeoutSeconds !== undefined && { timeout: { attemptDurationSeconds: timeoutSeconds } }),
    tags: { ...tags },
    propagateTags: true,
  };
}

/** `vcpus` and `memory` of the API are deprecated; `resourceRequirements` replaces them. */
function toContainerOverrides({
  command,
  environment,
  vcpus,
  memory,
}: BatchSubmission): ContainerOverrides {
  const resourceRequirements: ContainerOverrides['resourceRequirements'] = [
    ...(vcpus === undefined ? [] : [{ type: 'VCPU' as const, value: String(vcpus) }]),
    ...(memory === undefined ? [] : [{ type: 'MEMORY' as const, value: String(memory) }]),
  ];
  const variables = Object.entries(environment ?? {}).map(([name, value]) => ({ name, value }));
  return {
    ...(command && { command: [...command] }),
    ...(variables.length > 0 && { environment: variables }),
    ...(resourceRequirements.length > 0 && { resourceRequirements }),
  };
}

/**
 * The message of a refusal, such as `JobQueue night is disabled`: Batch has one error name for all
 * of them. Absent if the message quotes a value of the input, which may be secret.
 */
function toShownMessage(
  error: unknown,
  { parameters, command = [], environment = {}, dependsOn }: BatchSubmission,
): string | undefined {
  const whole = error instanceof Error ? error.message : '';
  // Batch puts a frame around the reason (recorded answers).
  const message =
    /^Error executing request, Exception : (.+), RequestId: [0-9a-f-]+$/s.exec(whole)?.[1] ?? whole;
  const values = [
    ...Object.values(parameters),
    ...command,
    ...Object.values(environment),
    ...dependsOn,
  ];
  const isQuoting = values.some((value) => value !== '' && message.includes(value));
  if (message === '' || isQuoting) return undefined;
  // Control characters could change the output of a terminal.
  return message.replaceAll(/\p{Cc}/gu, ' ').slice(0, shownCharacters);
}
