import { toWorkloadArn } from '../arns.ts';
import type { InvokeStep } from './invoke-plan.ts';
import { appendEvent, completeData, type StepContext, type StepFailure } from './step-context.ts';

/** Writes the events of one attempt of a task into the history. */
export interface TaskHistory {
  scheduled(payload: unknown): void;
  /** The call was answered, and the task waits for its token. */
  submitted(output: string): void;
  succeeded(output: string): void;
  failed(failure: StepFailure): void;
  timedOut(failure: StepFailure): void;
}

/** The history of a task of `lambda:invoke`, with or without `.waitForTaskToken`. */
export function createInvokeHistory(context: StepContext, step: InvokeStep): TaskHistory {
  const { functionName, waitForTaskToken } = step;
  const at = {
    resourceType: 'lambda',
    resource: waitForTaskToken ? 'invoke.waitForTaskToken' : 'invoke',
  };
  const append = (type: string, details: object) =>
    appendEvent(context, type, { ...at, ...details });
  return {
    scheduled(payload) {
      const parameters = JSON.stringify({ FunctionName: functionName, Payload: payload });
      const { region } = context.ports.location;
      append('TaskScheduled', { region, parameters, ...toLimits(step) });
      append('TaskStarted', {});
    },
    submitted: (output) => append('TaskSubmitted', { output, outputDetails: completeData }),
    succeeded: (output) => append('TaskSucceeded', { output, outputDetails: completeData }),
    failed: (failure) => append('TaskFailed', toFailureDetails(failure)),
    timedOut: (failure) => append('TaskTimedOut', toFailureDetails(failure)),
  };
}

/** The history of a task whose resource is the ARN of a function. */
export function createFunctionHistory(context: StepContext, step: InvokeStep): TaskHistory {
  const { functionName } = step;
  const resource = functionName.startsWith('arn:')
    ? functionName
    : toWorkloadArn('lambda', context.ports.location, `function:${functionName}`);
  const append = (type: string, details?: Readonly<Record<string, unknown>>) =>
    appendEvent(context, type, details);
  return {
    scheduled(payload) {
      const input = { input: JSON.stringify(payload), inputDetails: completeData };
      append('LambdaFunctionScheduled', { resource, ...input, ...toLimits(step) });
      append('LambdaFunctionStarted');
    },
    submitted() {},
    succeeded: (output) =>
      append('LambdaFunctionSucceeded', { output, outputDetails: completeData }),
    failed: (failure) => append('LambdaFunctionFailed', toFailureDetails(failure)),
    timedOut: (failure) => append('LambdaFunctionTimedOut', toFailureDetails(failure)),
  };
}

function toLimits({ timeoutSeconds, heartbeatSeconds }: InvokeStep) {
  return { timeoutInSeconds: timeoutSeconds, heartbeatInSeconds: heartbeatSeconds };
}

function toFailureDetails({ error, failureCause }: StepFailure) {
  return { error, cause: failureCause };
}
