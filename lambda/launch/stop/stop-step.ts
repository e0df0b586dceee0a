import type { StopCallAnswer } from '../../aws/stop-result.ts';
import { isOver } from '../../workload/workload.ts';
import type { Launch } from '../launch.ts';
import { createReadChildren } from './read-children.ts';
import { readBatchNodes, readExecutionNode } from './read-node.ts';
import type { StopStepDeps, StopStepWork } from './stop-calls.ts';
import { createStopNode } from './stop-node.ts';
import { type LaunchStop, type StopNode, toExecutionReason, toStopText } from './stop-record.ts';
import { addNodes, isSameNode, toRootNode } from './stop-tree.ts';

/** Rounds of one step. Each level of the tree takes two: stop, and read what has ended. */
const maxRounds = 20;

/**
 * Creates a step of a stop: every open part of the tree is looked at, and stopped if it runs and may
 * be stopped. Of a part that has ended, what it has started is added to the tree. The step ends when
 * a round changes nothing, and the next step looks again.
 *
 * Children are read only after their parent has ended, because a running parent can start more.
 */
export function createStopStep(deps: StopStepDeps) {
  const { now } = deps;
  /** @returns the tree after the step */
  return async function stopStep(work: StopStepWork): Promise<readonly StopNode[]> {
    const { launch, stop, run, signal } = work;
    if (launch.aws === undefined) return stop.tree;
    const facts = { ...deps, ...work };
    const stopNode = createStopNode(facts);
    const readChildren = createReadChildren(facts);
    const endedAs = run && isOver(run.version.status) ? run.version.status : undefined;
    let tree = addNodes(stop.tree, [toRootNode(launch, now().getTime())]);
    for (let round = 0; round < maxRounds && !signal.aborted; round += 1) {
      const before = toProgress(tree);
      const open = tree.filter(({ closed }) => !closed);
      const jobs = await readBatchNodes(facts, open);
      for (const node of open) {
        const seen =
          jobs.get(node) ??
          (await readExecutionNode(facts, node, node.depth === 0 ? endedAs : node.endedAs));
        if (seen.kind === 'ended') tree = await readChildren(tree, node, seen);
        else tree = replace(tree, await stopNode(node, seen));
      }
      if (toProgress(tree) === before) break;
    }
    return tree;
  };
}

/** Creates the first request of a stop, for the run itself. It fits into a request of the caller. */
export function createStopRoot({ calls }: Pick<StopStepDeps, 'calls'>) {
  return async function stopRoot(
    { workload, aws }: Pick<Launch, 'workload' | 'aws'>,
    stop: LaunchStop,
    signal: AbortSignal,
  ): Promise<StopCallAnswer> {
    const id = aws?.id ?? '';
    return workload === 'execution'
      ? calls.stopExecution(id, toExecutionReason(stop), signal)
      : calls.terminateJob(id, toStopText(stop), signal);
  };
}

/** Changes when a part is added, closed, or stopped for the first time. */
function toProgress(tree: readonly StopNode[]): string {
  return tree.map(({ closed, stops }) => (closed ? 'c' : stops ? 's' : 'o')).join('');
}

function replace(tree: readonly StopNode[], node: StopNode): readonly StopNode[] {
  return tree.map((one) => (isSameNode(one, node) ? node : one));
}
