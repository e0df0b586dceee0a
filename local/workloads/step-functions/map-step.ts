import type { MapRunRecord } from './map-runs.ts';
import { type DistributedMapStep, defaultExecutionPlan } from './plan.ts';
import { appendEvent, completeData, type StepContext, StepFailure } from './step-context.ts';
import { awaitChild } from './task-steps.ts';

/**
 * Runs a Distributed Map state: a Map Run with one child execution per item. A redrive of the
 * parent continues the Map Run and redrives the children that did not succeed (developer guide,
 * "Redriving Map Runs").
 */
export async function runDistributedMap(
  context: StepContext,
  step: DistributedMapStep,
): Promise<void> {
  const { execution, signal, ports } = context;
  const data = { name: step.state, input: execution.input, inputDetails: completeData };
  appendEvent(context, 'MapStateEntered', data);
  appendEvent(context, 'MapStateStarted', { length: step.items });
  const { mapRunArn } = beginMapRun(context, step);
  try {
    await runChildren(context, step, mapRunArn);
  } catch (error) {
    const isFailure = error instanceof StepFailure;
    ports.mapRuns.end(mapRunArn, isFailure ? 'FAILED' : 'ABORTED');
    if (!isFailure || signal.aborted) throw error;
    appendEvent(context, 'MapRunFailed', { error: error.error, cause: error.failureCause });
    appendEvent(context, 'MapStateFailed');
    if (step.onFailure !== 'continue') throw error;
    return appendEvent(context, 'MapStateExited', { name: step.state });
  }
  ports.mapRuns.end(mapRunArn, 'SUCCEEDED');
  appendEvent(context, 'MapRunSucceeded');
  appendEvent(context, 'MapStateSucceeded');
  appendEvent(context, 'MapStateExited', {
    name: step.state,
    output: '[]',
    outputDetails: completeData,
  });
}

function beginMapRun(context: StepContext, step: DistributedMapStep): MapRunRecord {
  const { execution, mapRunByPath, path } = context;
  const { mapRuns } = context.ports;
  const known = mapRunByPath.get(path);
  if (known !== undefined) {
    const { mapRunArn, redriveCount, ...rest } = mapRuns.redrive(known);
    appendEvent(context, 'MapRunRedriven', { mapRunArn, redriveCount });
    return { mapRunArn, redriveCount, ...rest };
  }
  const mapRun = mapRuns.start({
    executionArn: execution.executionArn,
    stateMachineArn: `${execution.stateMachineArn}/${step.label}`,
    maxConcurrency: step.maxConcurrency ?? 0,
    toleratedFailureCount: step.toleratedFailureCount ?? 0,
    items: step.items,
  });
  mapRunByPath.set(path, mapRun.mapRunArn);
  appendEvent(context, 'MapRunStarted', { mapRunArn: mapRun.mapRunArn });
  return mapRun;
}

/** Runs the children with the concurrency of the state; stops all when too many have failed. */
async function runChildren(
  context: StepContext,
  step: DistributedMapStep,
  mapRunArn: string,
): Promise<void> {
  const { ports, execution } = context;
  const { children, stateMachineArn, toleratedFailureCount } = ports.mapRuns.get(mapRunArn);
  const exceeded = new AbortController();
  const signal = AbortSignal.any([context.signal, exceeded.signal]);
  const pending = Array.from({ length: step.items }, (_, index) => index).filter(
    (index) => !context.succeeded.has(`${context.path}.${index}`),
  );
  let failures = 0;
  const work = async () => {
    for (let index = pending.shift(); index !== undefined; index = pending.shift()) {
      signal.throwIfAborted();
      const at = index;
      const child = ports.runMapChild({
        ...{ parent: execution, mapRunArn, stateMachineArn, childArn: children.get(at) },
        plan: (start) => step.child?.(at, start) ?? defaultExecutionPlan,
      });
      children.set(at, child.childArn);
      // Children that the Map Run itself stops always stop.
      const stops = () =>
        !context.signal.aborted || (step.stopsWithParent ?? ports.syncChildrenStop());
      const { isSuccessful } = await awaitChild({ ports, signal }, child, stops);
      if (isSuccessful) context.succeeded.add(`${context.path}.${at}`);
      else failures += 1;
      if (failures <= toleratedFailureCount) continue;
      const message = 'The specified tolerated failure threshold was exceeded';
      const failure = new StepFailure('States.ExceedToleratedFailureThreshold', message);
      exceeded.abort(failure);
      throw failure;
    }
  };
  const workers = (step.maxConcurrency ?? 0) || step.items;
  await Promise.all(Array.from({ length: workers }, work));
}
