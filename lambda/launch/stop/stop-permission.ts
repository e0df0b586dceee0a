import type { LaunchTarget } from '../../routing/targets.ts';

/** A workload by what the route file can name. Names without version or revision. */
export type NamedWorkload =
  | { readonly kind: 'execution'; readonly stateMachine: string }
  | { readonly kind: 'batchJob'; readonly jobQueue: string; readonly jobDefinition: string };

/**
 * Whether a stop may end a workload that belongs to the tree of a run: a run of the target's own
 * state machine, of its own queue and definition, or of what `children` names. Pure.
 *
 * @param target `undefined` if it is no longer in the route file; then nothing is allowed
 */
export function mayStop(workload: NamedWorkload, target: LaunchTarget | undefined): boolean {
  if (target === undefined) return false;
  const { children } = target;
  if (workload.kind === 'execution') {
    const { stateMachine } = workload;
    const isOwn = target.kind === 'execution' && target.stateMachine === stateMachine;
    return isOwn || matchesOne(children.stateMachines, stateMachine);
  }
  const { jobQueue, jobDefinition } = workload;
  const isOwn =
    target.kind === 'batchJob' &&
    target.jobQueue === jobQueue &&
    target.jobDefinition.split(':')[0] === jobDefinition;
  return (
    isOwn ||
    matchesOne(children.jobQueues, jobQueue) ||
    matchesOne(children.jobDefinitions, jobDefinition)
  );
}

/** Why a workload is not stopped that {@link mayStop} does not allow. */
export const notNamed = 'no permission to stop: the target does not name it in children';

/** Name of the state machine in the ARN of an execution; a Map child is one of its parent's. */
export function toStateMachineName(executionArn: string): string {
  return (executionArn.split(':')[6] ?? '').split('/')[0] ?? '';
}

/** Name in the ARN of a job queue or job definition, without revision, or the name itself. */
export function toBatchResourceName(arnOrName: string | undefined): string {
  return (arnOrName ?? '').replace(/^.*\//, '').split(':')[0] ?? '';
}

/** A `*` at the end stands for any text; elsewhere it is no pattern. */
function matchesOne(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
  );
}
