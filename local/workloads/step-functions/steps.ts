import { waitForPlanned } from '../planned-time.ts';
import { runInvokeTask } from './invoke-step.ts';
import { runDistributedMap } from './map-step.ts';
import type { ExecutionStep, InlineMapStep, ParallelStep, PlannedWait } from './plan.ts';
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
    case 'map':
      return runInlineMap(context, step);
    case 'invoke':
      return runInvokeTask(context, step);
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

async function runParallel(context: StepContext, step: ParallelStep): Promise<void> {
  const { execution } = context;
  const data = { name: step.state, input: execution.input, inputDetails: completeData };
  appendEvent(context, 'ParallelStateEntered', data);
  appendEvent(context, 'ParallelStateStarted');
  try {
    await runBranches(context, step.branches.length, (branch, at) =>
      runSteps(branch, step.branches[at] ?? []),
    );
  } catch (error) {
    if (!context.signal.aborted) appendEvent(context, 'ParallelStateFailed');
    throw error;
  }
  appendEvent(context, 'ParallelStateSucceeded');
  const left = { name: step.state, output: '[]', outputDetails: completeData };
  appendEvent(context, 'ParallelStateExited', left);
}

async function runInlineMap(context: StepContext, step: InlineMapStep): Promise<void> {
  const { state: name, items, iteration } = step;
  const { input } = context.execution;
  appendEvent(context, 'MapStateEntered', { name, input, inputDetails: completeData });
  appendEvent(context, 'MapStateStarted', { length: items });
  try {
    await runBranches(context, items, async (branch, index) => {
      appendEvent(branch, 'MapIterationStarted', { name, index });
      try {
        await runSteps({ ...branch, mapItem: index }, iteration);
      } catch (error) {
        if (context.signal.aborted) throw error;
        const type = branch.signal.aborted ? 'MapIterationAborted' : 'MapIterationFailed';
        appendEvent(branch, type, { name, index });
        throw error;
      }
      appendEvent(branch, 'MapIterationSucceeded', { name, index });
    });
  } catch (error) {
    if (!context.signal.aborted) appendEvent(context, 'MapStateFailed');
    throw error;
  }
  appendEvent(context, 'MapStateSucceeded');
  appendEvent(context, 'MapStateExited', { name, output: '[]', outputDetails: completeData });
}

/** Runs branches at the same time. The first one that fails stops the others. */
async function runBranches(
  context: StepContext,
  length: number,
  run: (branch: StepContext, at: number) => Promise<void>,
): Promise<void> {
  const { cursor, signal } = context;
  const failed = new AbortController();
  const branches = Array.from({ length }, (_, at) =>
    run(
      {
        ...context,
        path: `${context.path}.${at}`,
        cursor: { eventId: cursor.eventId },
        signal: AbortSignal.any([signal, failed.signal]),
      },
      at,
    ),
  );
  try {
    await Promise.all(branches);
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  cursor.eventId = context.history.events.length;
}
