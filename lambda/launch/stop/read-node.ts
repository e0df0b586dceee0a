import { type DescribedBatchJob, maxDescribedJobs } from '../../aws/lookup.ts';
import type { StopNodeFacts } from './stop-calls.ts';
import {
  mayStop,
  type NamedWorkload,
  notNamed,
  toBatchResourceName,
  toStateMachineName,
} from './stop-permission.ts';
import type { StopNode } from './stop-record.ts';

/** A part of the tree as AWS shows it. */
export type SeenNode =
  | { readonly kind: 'running'; readonly named: NamedWorkload }
  | { readonly kind: 'ended'; readonly status: string; readonly isArray: boolean }
  /** It is not known whether it runs, or it needs no stop. */
  | { readonly kind: 'open'; readonly why: string };

/**
 * Time after which a workload that AWS does not know counts as ended. Lookups are eventually
 * consistent (API reference), so a new one may be missing.
 */
const unknownForMs = 5 * 60_000;
/** Maximum duration of an Express execution (service quotas). It can be neither read nor stopped. */
const expressMs = 5 * 60_000;

/** Statuses of an execution in which nothing of it runs. A child of a Map Run may wait for a redrive. */
const stillStatuses = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

/** Looks at an execution. A list has ended with the workload that it belongs to. @param known its end, from the ledger or a list */
export async function readExecutionNode(
  facts: StopNodeFacts,
  node: StopNode,
  known: string | undefined,
): Promise<SeenNode> {
  const { calls, pace, signal, now } = facts;
  if (node.kind !== 'execution') return { kind: 'ended', status: '', isArray: false };
  if (known !== undefined) return { kind: 'ended', status: known, isArray: false };
  if (node.id.split(':')[5] === 'express') {
    if (now().getTime() - node.foundMs >= expressMs) return toUnknownEnd();
    return { kind: 'open', why: 'an Express execution, which ends within five minutes' };
  }
  const answer = await pace(() => calls.describeExecution(node.id, signal));
  switch (answer.kind) {
    case 'found': {
      const { status, redriveCount = 0 } = answer.execution;
      // Lookups are eventually consistent: the end before a redrive is not the end of the run.
      const { redrive = 0 } = facts.launch.aws ?? {};
      if (node.depth === 0 && redriveCount < redrive) {
        return { kind: 'open', why: 'AWS does not show its redrive yet' };
      }
      if (stillStatuses.includes(status)) return { kind: 'ended', status, isArray: false };
      const stateMachine = toStateMachineName(node.id);
      return { kind: 'running', named: { kind: 'execution', stateMachine } };
    }
    case 'unknown':
      return toUnknown(node, now().getTime());
    case 'denied': {
      const stateMachine = toStateMachineName(node.id);
      const isNamed = mayStop({ kind: 'execution', stateMachine }, facts.target);
      const why = isNamed || node.depth === 0 ? `DescribeExecution: ${answer.reason}` : notNamed;
      return { kind: 'open', why };
    }
    default:
      return { kind: 'open', why: `DescribeExecution: ${answer.reason}` };
  }
}

/** Looks at the Batch jobs among the parts, up to a hundred in a call. */
export async function readBatchNodes(
  facts: StopNodeFacts,
  nodes: readonly StopNode[],
): Promise<ReadonlyMap<StopNode, SeenNode>> {
  const { calls, home, pace, signal, now } = facts;
  const jobs = nodes.filter(({ kind }) => kind === 'batchJob');
  const seen = new Map<StopNode, SeenNode>();
  for (let at = 0; at < jobs.length; at += maxDescribedJobs) {
    const part = jobs.slice(at, at + maxDescribedJobs);
    const batchJobIds = part.map(({ id }) => id);
    const answer = await pace(() => calls.describeBatchJobs({ ...home, batchJobIds }, signal));
    for (const node of part) {
      if (answer.kind !== 'found') {
        seen.set(node, { kind: 'open', why: `DescribeJobs: ${answer.reason}` });
        continue;
      }
      const job = answer.jobs.find(({ jobId }) => jobId === node.id);
      seen.set(node, job ? toSeenJob(job) : toUnknown(node, now().getTime()));
    }
  }
  return seen;
}

function toSeenJob({ status, arrayProperties, ...job }: DescribedBatchJob): SeenNode {
  if (status === 'SUCCEEDED' || status === 'FAILED') {
    const isArray = arrayProperties?.size !== undefined && arrayProperties.index === undefined;
    return { kind: 'ended', status, isArray };
  }
  const jobQueue = toBatchResourceName(job.jobQueue);
  const jobDefinition = toBatchResourceName(job.jobDefinition);
  return { kind: 'running', named: { kind: 'batchJob', jobQueue, jobDefinition } };
}

function toUnknown({ foundMs }: StopNode, nowMs: number): SeenNode {
  if (nowMs - foundMs >= unknownForMs) return toUnknownEnd();
  return { kind: 'open', why: 'AWS does not show it yet' };
}

function toUnknownEnd(): SeenNode {
  return { kind: 'ended', status: 'UNKNOWN', isArray: false };
}
