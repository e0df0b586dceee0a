import type { StartingEvent } from '../../aws/stop-result.ts';
import { toPartition } from '../../routing/partition.ts';
import type { Home } from '../../routing/routes.ts';

/** A workload that an execution has started, by its history. */
export type StartedWorkload =
  | { readonly kind: 'execution' | 'batchJob' | 'mapRun'; readonly id: string }
  /** A workload that the bridge can neither look at nor stop. */
  | { readonly kind: 'elsewhere'; readonly id: string };

/**
 * What an event of a history says about a started workload. Pure.
 *
 * Only these events count: TaskSubmitted and TaskSucceeded of `states` startExecution and `batch`
 * submitJob, and of the same calls through the SDK integration. Any other output may quote ARNs of
 * workloads that do not belong to the run.
 */
export function readStartedWorkload(event: StartingEvent, home: Home): StartedWorkload | undefined {
  if (event.kind === 'mapRun') return { kind: 'mapRun', id: event.mapRunArn };
  if (event.kind !== 'task') return undefined;
  const { resourceType, resource, type } = event;
  // `startExecution.sync:2`, `.waitForTaskToken`: the output of TaskSubmitted is the answer of the
  // call; that of TaskSucceeded is the result of the child. Plain calls have TaskSucceeded alone.
  const [call, waits] = resource.split('.');
  if ((type === 'TaskSubmitted') !== (waits !== undefined)) return undefined;
  if (call === 'startExecution' && isOf(resourceType, ['states', 'aws-sdk:sfn'])) {
    return toExecution(readField(event.output, 'ExecutionArn'), home);
  }
  if (call === 'submitJob' && isOf(resourceType, ['batch', 'aws-sdk:batch'])) {
    return toBatchJob(event.output, home);
  }
  return undefined;
}

function isOf(resourceType: string, types: readonly string[]): boolean {
  return types.includes(resourceType);
}

function toExecution(arn: string | undefined, home: Home): StartedWorkload {
  const base = `arn:${toPartition(home.region)}:states:${home.region}:${home.account}:`;
  const isHere =
    arn?.startsWith(base) && /^(?:execution|express):[^:]+:[^:]+/.test(arn.slice(base.length));
  return isHere && arn !== undefined
    ? { kind: 'execution', id: arn }
    : { kind: 'elsewhere', id: (arn ?? 'an execution whose ARN cannot be read').slice(0, 256) };
}

function toBatchJob(output: string | undefined, home: Home): StartedWorkload {
  const id = readField(output, 'JobId');
  const arn = readField(output, 'JobArn');
  const base = `arn:${toPartition(home.region)}:batch:${home.region}:${home.account}:job/`;
  const isHere =
    id !== undefined && /^[0-9a-fA-F-]{36}$/.test(id) && (arn ?? `${base}${id}`) === `${base}${id}`;
  return isHere
    ? { kind: 'batchJob', id }
    : { kind: 'elsewhere', id: (arn ?? id ?? 'a Batch job whose id cannot be read').slice(0, 256) };
}

/** A text field of a JSON object. */
function readField(json: string | undefined, field: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json ?? '');
    if (typeof value !== 'object' || value === null) return undefined;
    const found: unknown = Reflect.get(value, field);
    return typeof found === 'string' ? found : undefined;
  } catch {
    // Truncated, or left out. The caller lists it as a workload that cannot be looked at.
    return undefined;
  }
}
