import { randomUUID } from 'node:crypto';
import { toWorkloadArn } from '../arns.ts';
import { waitForPlanned } from '../planned-time.ts';
import { ServiceRefusal } from '../refusal.ts';
import type { BatchStep, LambdaStep, NestedStep } from './plan.ts';
import {
  appendEvent,
  completeData,
  type StartedChild,
  type StartedChildEnd,
  type StepContext,
  StepFailure,
} from './step-context.ts';

/** A Task state in the history: its integration and the request to it. */
interface Task {
  readonly state: string;
  readonly resourceType: 'lambda' | 'states' | 'batch';
  readonly resource: string;
  readonly parameters: object;
  readonly onFailure: 'fail' | 'continue';
}

/** Invokes a Lambda function, by its optimized integration or by its ARN. */
export async function runLambdaTask(context: StepContext, step: LambdaStep): Promise<void> {
  const { ports, signal, execution } = context;
  const { functionName, output = '{}', fails } = step;
  const invoke = async () => {
    ports.writeLambdaLog(functionName, step.logs ?? []);
    await waitForPlanned(step.for ?? 1_000, ports.clock, signal);
    if (fails) throw new StepFailure(fails.error, fails.cause);
  };
  if (step.integration === 'arn') return runFunctionByArn(context, step, invoke);
  const parameters = { FunctionName: functionName, Payload: JSON.parse(execution.input) };
  await runTask(
    context,
    { ...toTask(step), resourceType: 'lambda', resource: 'invoke', parameters },
    async () => {
      await invoke();
      return JSON.stringify({
        ...{ ExecutedVersion: '$LATEST', Payload: JSON.parse(output), StatusCode: 200 },
        SdkResponseMetadata: { RequestId: randomUUID() },
      });
    },
  );
}

/** Starts an execution. The ARN is in the output of TaskSubmitted (`.sync`) or TaskSucceeded. */
export async function runNestedTask(context: StepContext, step: NestedStep): Promise<void> {
  const { stateMachine, executionName, input = '{}', sync = true } = step;
  const parameters = {
    StateMachineArn: stateMachine,
    Input: JSON.parse(input),
    Name: executionName,
  };
  const resource = sync ? 'startExecution.sync' : 'startExecution';
  const task = { ...toTask(step), resourceType: 'states', resource, parameters } as const;
  await runStartingTask(context, {
    ...{ task, sync, service: 'StepFunctions', stopsWithParent: step.stopsWithParent },
    start: () =>
      context.ports.startExecution({
        parent: context.execution,
        stateMachine,
        executionName,
        input,
      }),
  });
}

/** Submits a Batch job. The id is in the output of TaskSubmitted (`.sync`) or TaskSucceeded. */
export async function runBatchTask(context: StepContext, step: BatchStep): Promise<void> {
  const { jobName, jobQueue, jobDefinition, arraySize, sync = true } = step;
  const array = arraySize === undefined ? {} : { ArrayProperties: { Size: arraySize } };
  const parameters = {
    JobName: jobName,
    JobQueue: jobQueue,
    JobDefinition: jobDefinition,
    ...array,
  };
  const resource = sync ? 'submitJob.sync' : 'submitJob';
  const task = { ...toTask(step), resourceType: 'batch', resource, parameters } as const;
  await runStartingTask(context, {
    ...{ task, sync, service: 'Batch', stopsWithParent: step.stopsWithParent },
    start: () =>
      context.ports.submitJob({
        parent: context.execution,
        jobName,
        jobQueue,
        jobDefinition,
        arraySize,
      }),
  });
}

/** Waits for a child. @param stops whether the child stops when the signal aborts before its end */
export async function awaitChild(
  { ports, signal }: Pick<StepContext, 'ports' | 'signal'>,
  child: StartedChild,
  stops: () => boolean,
): Promise<StartedChildEnd> {
  const onAbort = () => {
    if (stops()) child.stop();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const ended = child.ended();
  try {
    await waitForPlanned(ended, ports.clock, signal);
    return await ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

interface StartingTask {
  readonly task: Task;
  readonly sync: boolean;
  /** In the error names of the integration, such as `Batch.ClientException`. */
  readonly service: 'StepFunctions' | 'Batch';
  readonly stopsWithParent: boolean | undefined;
  start(): StartedChild;
}

async function runStartingTask(context: StepContext, starting: StartingTask): Promise<void> {
  const { task, sync, service, stopsWithParent } = starting;
  await runTask(context, task, async () => {
    const child = startChild(starting.start, service);
    if (!sync) return child.response;
    const { resourceType, resource } = task;
    const submitted = {
      resourceType,
      resource,
      output: child.response,
      outputDetails: completeData,
    };
    appendEvent(context, 'TaskSubmitted', submitted);
    const stops = () => stopsWithParent ?? context.ports.syncChildrenStop();
    const { isSuccessful, output } = await awaitChild(context, child, stops);
    if (!isSuccessful) throw new StepFailure('States.TaskFailed', output);
    return output;
  });
}

/** A refused call is a failed task; its names and its text are those of AWS. */
function startChild(start: () => StartedChild, service: string): StartedChild {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof ServiceRefusal)) throw error;
    const { code, message, status } = error;
    const name = code.endsWith('Exception') ? code : `${code}Exception`;
    const metadata = `Service: AWS${service}; Status Code: ${status}; Error Code: ${code}; Request ID: ${randomUUID()}; Proxy: null`;
    throw new StepFailure(`${service}.${name}`, `${message} (${metadata})`);
  }
}

/** The history of a Task state around what it does. @param work returns the output as JSON text */
async function runTask(
  context: StepContext,
  task: Task,
  work: () => Promise<string>,
): Promise<void> {
  const { execution, ports } = context;
  const { state, resourceType, resource, parameters } = task;
  const at = { resourceType, resource };
  const entered = { name: state, input: execution.input, inputDetails: completeData };
  appendEvent(context, 'TaskStateEntered', entered);
  const { region } = ports.location;
  appendEvent(context, 'TaskScheduled', { ...at, region, parameters: JSON.stringify(parameters) });
  appendEvent(context, 'TaskStarted', at);
  let output = '{}';
  try {
    output = await work();
    appendEvent(context, 'TaskSucceeded', { ...at, output, outputDetails: completeData });
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    appendEvent(context, 'TaskFailed', { ...at, error: error.error, cause: error.failureCause });
    if (task.onFailure === 'fail') throw error;
  }
  appendEvent(context, 'TaskStateExited', { name: state, output, outputDetails: completeData });
}

/** The history of a Task state whose resource is the ARN of a function. */
async function runFunctionByArn(
  context: StepContext,
  { state, functionName, output = '{}', onFailure = 'fail' }: LambdaStep,
  invoke: () => Promise<void>,
): Promise<void> {
  const { input } = context.execution;
  const resource = toWorkloadArn('lambda', context.ports.location, `function:${functionName}`);
  appendEvent(context, 'TaskStateEntered', { name: state, input, inputDetails: completeData });
  appendEvent(context, 'LambdaFunctionScheduled', { resource, input, inputDetails: completeData });
  appendEvent(context, 'LambdaFunctionStarted');
  try {
    await invoke();
    appendEvent(context, 'LambdaFunctionSucceeded', { output, outputDetails: completeData });
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    appendEvent(context, 'LambdaFunctionFailed', { error: error.error, cause: error.failureCause });
    if (onFailure === 'fail') throw error;
  }
  appendEvent(context, 'TaskStateExited', { name: state, output, outputDetails: completeData });
}

function toTask({ state, onFailure = 'fail' }: LambdaStep | NestedStep | BatchStep) {
  return { state, onFailure } as const;
}
