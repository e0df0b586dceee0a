import {
  activeMapChildStatuses,
  endedMapChildStatuses,
  type ListPage,
  openBatchStatuses,
} from '../../aws/stop-result.ts';
import { readPages, toReasons } from './read-pages.ts';
import { mapChildrenStartOthers } from './starts-others.ts';
import type { StopNodeFacts } from './stop-calls.ts';
import type { StopNode } from './stop-record.ts';
import { type FoundChildren, maxStopNodes } from './stop-tree.ts';

/** ListExecutions and ListJobs are eventually consistent: a list is final after this time. */
const listSettledMs = 15_000;
const notSettled = 'its list may not be complete yet';

type ListedChildren = Omit<FoundChildren, 'endedAs'>;

/**
 * The children of an array job that have not ended. One that has ended cannot have started anything
 * that AWS shows.
 */
export async function readArrayChildren(
  facts: StopNodeFacts,
  node: StopNode,
): Promise<ListedChildren> {
  const { calls, signal } = facts;
  const list = createList(facts);
  for (const status of openBatchStatuses) {
    await list.read({ kind: 'batchJob' }, 'ListJobs', (from) =>
      calls.listArrayChildren({ of: node.id, status, from }, signal),
    );
  }
  const isSettled = facts.now().getTime() - node.foundMs >= listSettledMs;
  return list.toFound(isSettled ? [] : [notSettled]);
}

/**
 * The children of a Map Run that run, or that Step Functions or a stop has aborted; and those that
 * have ended by themselves, if they may have started others without waiting. There may be millions
 * of the latter, so they are listed only if the definition says so.
 *
 * A child may end between two calls, and each list may lag behind. So the ended ones are listed only
 * after a final list of the running ones has settled: no child is missing in both.
 */
export async function readMapChildren(
  facts: StopNodeFacts,
  node: StopNode,
): Promise<ListedChildren> {
  const { now } = facts;
  const list = createList(facts);
  await readByStatus(facts, node, { list, statuses: activeMapChildStatuses });
  const nowMs = now().getTime();
  if (nowMs - node.foundMs < listSettledMs) return list.toFound([notSettled]);
  if (node.endedFromMs === undefined) {
    if (!list.isComplete()) return list.toFound([]);
    const leaving = await askWhetherChildrenLeave(facts, node);
    if (leaving.kind === 'no') return list.toFound([]);
    if (leaving.kind === 'notKnown') return list.toFound([leaving.why]);
    const why = 'its ended children may have started others, and are listed next';
    return { ...list.toFound([why]), endedFromMs: nowMs + listSettledMs };
  }
  if (nowMs < node.endedFromMs) {
    return list.toFound(['its ended children may have started others, and are listed next']);
  }
  await readByStatus(facts, node, { list, statuses: endedMapChildStatuses });
  return list.toFound(
    list.isFull()
      ? ['some of its ended children are not looked at; they may have started others']
      : [],
  );
}

async function readByStatus(
  { calls, signal }: StopNodeFacts,
  { id: of }: StopNode,
  {
    list,
    statuses,
  }: {
    readonly list: ReturnType<typeof createList>;
    readonly statuses: typeof activeMapChildStatuses | typeof endedMapChildStatuses;
  },
): Promise<void> {
  for (const status of statuses) {
    const child = { kind: 'execution', ...(status !== 'RUNNING' && { endedAs: status }) } as const;
    await list.read(child, 'ListExecutions', (from) =>
      calls.listMapChildren({ of, status, from }, signal),
    );
  }
}

/**
 * Whether ended children of a Map Run may have started what still runs. DescribeMapRun has the
 * number of children that are not aborted, and the execution whose definition contains the Map. Asked
 * after the parent's end, so no child starts any more, and an aborted one stays so.
 */
async function askWhetherChildrenLeave(
  { calls, pace, signal }: StopNodeFacts,
  node: StopNode,
): Promise<
  | { readonly kind: 'no' }
  | { readonly kind: 'maybe' }
  | { readonly kind: 'notKnown'; readonly why: string }
> {
  const mapRun = await pace(() => calls.describeMapRun(node.id, signal));
  if (mapRun.kind === 'denied') return { kind: 'maybe' };
  if (mapRun.kind !== 'found') {
    return { kind: 'notKnown', why: `cannot be counted: DescribeMapRun: ${mapRun.reason}` };
  }
  const { executionArn, notAborted } = mapRun;
  if (notAborted === 0) return { kind: 'no' };
  const read = await pace(() => calls.readDefinition(executionArn, signal));
  if (read.kind === 'denied') return { kind: 'maybe' };
  if (read.kind !== 'found') {
    const call = 'DescribeStateMachineForExecution';
    return { kind: 'notKnown', why: `its definition cannot be read: ${call}: ${read.reason}` };
  }
  return { kind: mapChildrenStartOthers(read.definition) ? 'maybe' : 'no' };
}

type ListedChild = Pick<StopNode, 'kind' | 'endedAs'>;

/** Collects children from several lists, a few more than a tree holds at most. */
function createList({ pace }: Pick<StopNodeFacts, 'pace'>) {
  const children: (ListedChild & Pick<StopNode, 'id'>)[] = [];
  const failures: string[] = [];
  return {
    read: async (
      child: ListedChild,
      call: string,
      read: (from: string | undefined) => Promise<ListPage<string>>,
    ) => {
      const failed = await readPages(
        (from) => pace<ListPage<string>>(() => read(from)),
        (id) => children.push({ ...child, id }) <= maxStopNodes,
      );
      failures.push(...toReasons(`cannot be listed: ${call}`, failed));
    },
    isComplete: () => failures.length === 0,
    isFull: () => children.length > maxStopNodes,
    /** @param others further reasons why there may be more */
    toFound: (others: readonly string[]): ListedChildren => {
      const reasons = [...new Set([...failures, ...others])];
      return { children, ...(reasons.length > 0 && { why: reasons.join('; ') }) };
    },
  };
}
