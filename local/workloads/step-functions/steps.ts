import { waitForPlanned } from '../planned-time.ts';
import { runDistributedMap } from './map-step.ts';
import type { ExecutionStep, ParallelStep, PlannedWait } from './plan.ts';
import { appendEvent, completeData, type StepContext } from './step-context.ts';
import { runBatchTask, runLambdaTask, runNestedTask } from './task-steps.ts';

/**
 * Runs the steps of a branch in order. Steps that have succeeded before a redrive are skipped.
 *
 * @throws {StepFailure} of the step that fails, or the reason of the signal
 */
export async function runSteps(
  context: StepContext,
  steps: readonly ExecutionStep[],
): Promise<void> {
  for (const [at, step] of steps.entries()) {
    const path = `${context.path}.${at}`;
    if (context.succeeded.has(path)) continue;
    // A step that ended just before the stop must not be followed by another one.
    context.signal.throwIfAborted();
    await runStep({ ...context, path }, step);
    context.succeeded.add(path);
  }
}

function runStep(context: StepContext, step: ExecutionStep): Promise<void> {
  switch (step.kind) {
    case 'wait':
      return runWait(context, step);
    case 'lambda':
      return runLambdaTask(context, step);
    case 'startExecution':
      return runNestedTask(context, step);
    case 'submitJob':
      return runBatchTask(context, step);
    case 'distributedMap':
      return runDistributedMap(context, step);
    case 'parallel':
      return runParallel(context, step);
  }
  return step satisfies never;
}

async function runWait(context: StepContext, step: PlannedWait): Promise<void> {
  const { ports, signal, execution } = context;
  const data = { name: step.state, input: execution.input, inputDetails: completeData };
  appendEvent(context, 'WaitStateEntered', data);
  await waitForPlanned(step.for, ports.clock, signal);
  const left = { name: step.state, output: execution.input, outputDetails: completeData };
  appendEvent(context, 'WaitStateExited', left);
}

/** The first branch that fails stops the others. */
async function runParallel(context: StepContext, step: ParallelStep): Promise<void> {
  const { execution, cursor, signal } = context;
  const data = { name: step.state, input: execution.input, inputDetails: completeData };
  appendEvent(context, 'ParallelStateEntered', data);
  appendEvent(context, 'ParallelStateStarted');
  const failed = new AbortController();
  const branches = step.branches.map((branch, at) =>
    runSteps(
      {
        ...context,
        path: `${context.path}.${at}`,
        cursor: { eventId: cursor.eventId },
        signal: AbortSignal.any([signal, failed.signal]),
      },
      branch,
    ),
  );
  try {
    await Promise.all(branches);
  } catch (error) {
    failed.abort(error);
    if (!signal.aborted) appendEvent(context, 'ParallelStateFailed');
    throw error;
  }
  cursor.eventId = context.history.events.length;
  appendEvent(context, 'ParallelStateSucceeded');
  const left = { name: step.state, output: '[]', outputDetails: completeData };
  appendEvent(context, 'ParallelStateExited', left);
}
