import { randomUUID } from 'node:crypto';
import type { DirectInvocationResult } from '../../invocation.ts';
import { waitForPlanned } from '../planned-time.ts';
import { toContextObject } from './context-object.ts';
import { checkInvokeStep, type InvokeStep } from './invoke-plan.ts';
import { fillPayload } from './payload-template.ts';
import { Retries } from './retriers.ts';
import { appendEvent, completeData, type StepContext, StepFailure } from './step-context.ts';
import { createFunctionHistory, createInvokeHistory, type TaskHistory } from './task-history.ts';
import type { TaskOutcome, TaskWithToken } from './task-tokens.ts';

/** The failure of a task that took too long, or whose heartbeat is missing. */
class TaskTimeout extends StepFailure {}

/** When the state was entered, and how often it was tried before. */
interface Attempt {
  readonly enteredAt: number;
  readonly retryCount: number;
}

/** Runs a Task state that invokes a function, with its retries. */
export async function runInvokeTask(context: StepContext, step: InvokeStep): Promise<void> {
  checkInvokeStep(step);
  const { execution, ports, results, signal } = context;
  const { state, onFailure = 'fail' } = step;
  const enteredAt = ports.clock.now();
  const entered = { name: state, input: execution.input, inputDetails: completeData };
  appendEvent(context, 'TaskStateEntered', entered);
  const retries = new Retries(step.retry ?? []);
  let output: string | undefined;
  for (let retryCount = 0; output === undefined; retryCount += 1) {
    try {
      output = await runAttempt(context, step, { enteredAt, retryCount });
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error;
      const delayMs = retries.take(error.error);
      if (delayMs !== undefined) await waitForPlanned(delayMs, ports.clock, signal);
      else if (onFailure === 'fail') throw error;
      else output = JSON.stringify({ Error: error.error, Cause: error.failureCause });
    }
  }
  results.set(state, output);
  appendEvent(context, 'TaskStateExited', { name: state, output, outputDetails: completeData });
}

/** One attempt, with a task token of its own. @returns the output as JSON text */
async function runAttempt(context: StepContext, step: InvokeStep, at: Attempt): Promise<string> {
  const { ports, execution, mapItem } = context;
  const { state, waitForTaskToken, heartbeatSeconds, integration } = step;
  const end = Promise.withResolvers<string>();
  const limits = createLimits(context, end.reject);
  using ending = new DisposableStack();
  ending.defer(limits.cancel);
  const task = waitForTaskToken
    ? ports.taskTokens.open(execution, {
        onOutcome: (outcome) => settle(outcome, end),
        onHeartbeat: () => limits.set('States.HeartbeatTimeout', heartbeatSeconds),
      })
    : undefined;
  if (task) ending.defer(() => ports.taskTokens.close(task.token));
  const payload = fillPayload(step.payload, {
    input: JSON.parse(execution.input),
    context: toContextObject(execution, { ...at, state, token: task?.token, mapItem }),
  });
  const toHistory = integration === 'arn' ? createFunctionHistory : createInvokeHistory;
  const history = toHistory(context, step);
  history.scheduled(payload);
  try {
    const output = await untilEnd(context, step, { payload, task, history, limits, end });
    history.succeeded(output);
    return output;
  } catch (error) {
    if (error instanceof TaskTimeout) history.timedOut(error);
    else if (error instanceof StepFailure) history.failed(error);
    throw error;
  }
}

/** The parts of a scheduled attempt. */
interface Scheduled {
  readonly payload: unknown;
  readonly task: TaskWithToken | undefined;
  readonly history: TaskHistory;
  readonly limits: ReturnType<typeof createLimits>;
  readonly end: PromiseWithResolvers<string>;
}

/**
 * Invokes the function and resolves with the first end: its answer or that of the token, a failure,
 * a timeout, or the end of the execution. The function itself is not interrupted by any of them, and
 * what it answers later has no effect.
 */
async function untilEnd(
  { ports, execution, signal }: StepContext,
  step: InvokeStep,
  { payload, task, history, limits, end }: Scheduled,
): Promise<string> {
  limits.set('States.Timeout', step.timeoutSeconds);
  limits.set('States.HeartbeatTimeout', step.heartbeatSeconds);
  const onAbort = () => end.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  let isOver = false;
  const { functionName } = step;
  const call = { functionName, callerArn: execution.roleArn, payload: JSON.stringify(payload) };
  ports.invokeFunction(call).then((result) => {
    if (isOver) return;
    try {
      const output = toOutput(result, step);
      if (task === undefined) end.resolve(output);
      else if (task.isOpen) history.submitted(output);
    } catch (error) {
      end.reject(error);
    }
  }, end.reject);
  try {
    return await end.promise;
  } finally {
    isOver = true;
    signal.removeEventListener('abort', onAbort);
  }
}

/** Ends the wait of a task. A failure without a name counts as `States.TaskFailed` (inferred). */
function settle(outcome: TaskOutcome, end: PromiseWithResolvers<string>): void {
  if (outcome.kind === 'succeeded') end.resolve(outcome.output);
  else end.reject(new StepFailure(outcome.error ?? 'States.TaskFailed', outcome.cause));
}

/** The clocks of a task, by the error that each ends it with. */
function createLimits({ ports }: StepContext, fail: (error: StepFailure) => void) {
  const timers = new Map<string, () => void>();
  return {
    /** Starts a clock, or starts it again. */
    set(error: string, seconds: number | undefined): void {
      if (seconds === undefined) return;
      timers.get(error)?.();
      const onEnd = () => fail(new TaskTimeout(error, undefined));
      timers.set(error, ports.clock.setTimer(seconds * 1_000, onEnd));
    },
    cancel(): void {
      for (const cancelTimer of timers.values()) cancelTimer();
    },
  };
}

/**
 * The output of an invocation.
 *
 * @throws {StepFailure} for a failed or refused invocation. A function error keeps its name, and its
 * whole body is the cause. The names and the text of refused calls are those seen in executions.
 */
function toOutput(result: DirectInvocationResult, { integration }: InvokeStep): string {
  if (result.kind === 'failed') {
    const { errorType, errorMessage, trace } = result.functionError;
    throw new StepFailure(errorType, JSON.stringify({ errorMessage, errorType, trace }));
  }
  const requestId = randomUUID();
  if (result.kind === 'refused') {
    const { error, message, status } = result;
    const name = error === 'AccessDeniedException' ? 'AWSLambdaException' : error;
    const facts = `Service: AWSLambda; Status Code: ${status}; Error Code: ${error}; Request ID: ${requestId}; Proxy: null`;
    throw new StepFailure(`Lambda.${name}`, `${message} (${facts})`);
  }
  if (integration === 'arn') return result.payload;
  return JSON.stringify({
    ...{ ExecutedVersion: result.executedVersion, Payload: JSON.parse(result.payload) },
    ...{ SdkHttpMetadata: { HttpStatusCode: 200 }, SdkResponseMetadata: { RequestId: requestId } },
    StatusCode: 200,
  });
}
