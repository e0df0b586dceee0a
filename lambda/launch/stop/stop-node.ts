import type { SeenNode } from './read-node.ts';
import type { StopNodeFacts } from './stop-calls.ts';
import { mayStop, notNamed } from './stop-permission.ts';
import { type StopNode, toExecutionReason, toStopText } from './stop-record.ts';

/** Creates the stop of a part of the tree that runs. The run itself may always be stopped. */
export function createStopNode({
  calls,
  stop,
  target,
  pace,
  signal,
}: Pick<StopNodeFacts, 'calls' | 'stop' | 'target' | 'pace' | 'signal'>) {
  return async function stopNode(
    node: StopNode,
    seen: Exclude<SeenNode, { readonly kind: 'ended' }>,
  ): Promise<StopNode> {
    if (seen.kind === 'open') return { ...node, why: seen.why };
    if (node.depth > 0 && !mayStop(seen.named, target)) {
      return { ...node, why: notNamed };
    }
    const answer = await pace(() =>
      node.kind === 'execution'
        ? calls.stopExecution(node.id, toExecutionReason(stop), signal)
        : calls.terminateJob(node.id, toStopText(stop), signal),
    );
    const call = node.kind === 'execution' ? 'StopExecution' : 'TerminateJob';
    switch (answer.kind) {
      case 'accepted':
        return { ...node, stops: (node.stops ?? 0) + 1, why: 'stopped, its end is not known yet' };
      case 'unknown':
        return { ...node, why: `${call}: AWS does not know it` };
      case 'denied':
        return { ...node, why: `no permission to stop: ${call}: ${answer.reason}` };
      default:
        return { ...node, why: `${call}: ${answer.reason}` };
    }
  };
}
