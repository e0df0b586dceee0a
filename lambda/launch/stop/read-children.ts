import type { NoAnswer } from '../../aws/lookup.ts';
import { type ListPage, openBatchStatuses, type StartingEvent } from '../../aws/stop-result.ts';
import type { SeenNode } from './read-node.ts';
import { readStartedWorkload, type StartedWorkload } from './started-workloads.ts';
import type { StopNodeFacts } from './stop-calls.ts';
import type { StopNode } from './stop-record.ts';
import { type FoundChildren, maxStopNodes, withChildren } from './stop-tree.ts';

/** Maximum events of an execution (service quotas). */
const maxEvents = 25_000;
/** ListExecutions and ListJobs are eventually consistent: a list is final after this time. */
const listSettledMs = 15_000;

/**
 * Creates the reading of what a part has started, after its end.
 *
 * A history that does not show the end yet is incomplete (GetExecutionHistory is eventually
 * consistent), so the part stays open.
 */
export function createReadChildren(facts: StopNodeFacts) {
  const { now } = facts;
  /** @returns the tree with the children; the part is closed if they are all */
  return async function readChildren(
    tree: readonly StopNode[],
    node: StopNode,
    seen: Extract<SeenNode, { readonly kind: 'ended' }>,
  ): Promise<readonly StopNode[]> {
    const found = await find(node, seen);
    return withChildren(tree, node, { ...found, endedAs: seen.status }, now().getTime());
  };

  async function find(
    node: StopNode,
    { isArray, status }: Extract<SeenNode, { readonly kind: 'ended' }>,
  ): Promise<Omit<FoundChildren, 'endedAs'>> {
    switch (node.kind) {
      case 'execution':
        return status === 'UNKNOWN' ? { children: [] } : readStarted(facts, node);
      case 'batchJob':
        return { children: isArray ? [{ kind: 'array', id: node.id }] : [] };
      case 'mapRun':
      case 'array':
        return listChildren(facts, node);
      default:
        return node.kind satisfies never;
    }
  }
}

/** Executions, Batch jobs and Map Runs that an execution has started. */
async function readStarted(
  facts: StopNodeFacts,
  { id }: StopNode,
): Promise<Omit<FoundChildren, 'endedAs'>> {
  const { calls, home, pace, signal } = facts;
  const started: StartedWorkload[] = [];
  let events = 0;
  let hasEnded = false;
  const history = await readPages(
    (from) => pace<ListPage<StartingEvent>>(() => calls.readHistory(id, from, signal)),
    (event) => {
      events += 1;
      if (event.kind === 'ended') hasEnded = true;
      if (event.kind === 'redriven') hasEnded = false;
      started.push(...[readStartedWorkload(event, home) ?? []].flat());
      return events < maxEvents;
    },
  );
  const mapRuns: string[] = [];
  const listed = await readPages(
    (from) => pace<ListPage<string>>(() => calls.listMapRuns(id, from, signal)),
    (mapRunArn) => mapRuns.push(mapRunArn) <= maxStopNodes,
  );
  const elsewhere = started.flatMap((one) => (one.kind === 'elsewhere' ? one.id : []));
  const reasons = [
    ...toReasons('its history cannot be read: GetExecutionHistory', history),
    ...toReasons('its Map Runs cannot be listed: ListMapRuns', listed),
    ...(history === undefined && !hasEnded ? ['its history does not show its end yet'] : []),
    ...(elsewhere.length === 0
      ? []
      : [
          `not looked at, unknown or not in this account and Region: ${[...new Set(elsewhere)].join(', ')}`,
        ]),
  ];
  return {
    children: [
      ...started.flatMap((one) => (one.kind === 'elsewhere' ? [] : one)),
      ...mapRuns.map((mapRunArn) => ({ kind: 'mapRun' as const, id: mapRunArn })),
    ],
    ...(reasons.length > 0 && { why: reasons.join('; ').slice(0, 1_000) }),
  };
}

/**
 * The children of a Map Run that run, or that Step Functions or a stop has aborted; or those of an
 * array that have not ended.
 */
async function listChildren(
  facts: StopNodeFacts,
  node: StopNode,
): Promise<Omit<FoundChildren, 'endedAs'>> {
  const { calls, pace, signal, now } = facts;
  const children: { readonly kind: 'execution' | 'batchJob'; readonly id: string }[] = [];
  const of = node.id;
  const reasons: string[] = [];
  const list = async (
    kind: 'execution' | 'batchJob',
    call: string,
    read: (from: string | undefined) => Promise<ListPage<string>>,
  ) => {
    const failed = await readPages(
      (from) => pace<ListPage<string>>(() => read(from)),
      (id) => children.push({ kind, id }) <= maxStopNodes,
    );
    reasons.push(...toReasons(`cannot be listed: ${call}`, failed));
  };
  if (node.kind === 'mapRun') {
    for (const status of ['RUNNING', 'ABORTED'] as const) {
      await list('execution', 'ListExecutions', (from) =>
        calls.listMapChildren({ of, status, from }, signal),
      );
    }
  } else {
    for (const status of openBatchStatuses) {
      await list('batchJob', 'ListJobs', (from) =>
        calls.listArrayChildren({ of, status, from }, signal),
      );
    }
  }
  const isSettled = now().getTime() - node.foundMs >= listSettledMs;
  if (!isSettled && reasons.length === 0) reasons.push('its list may not be complete yet');
  return { children, ...(reasons.length > 0 && { why: [...new Set(reasons)].join('; ') }) };
}

/** Reads all pages. @param take returns false to read no more @returns the failure, if any */
async function readPages<Item>(
  read: (from: string | undefined) => Promise<ListPage<Item>>,
  take: (item: Item) => boolean,
): Promise<NoAnswer | undefined> {
  let from: string | undefined;
  do {
    const page = await read(from);
    if (page.kind !== 'found') return page;
    for (const item of page.items) if (!take(item)) return undefined;
    from = page.next;
  } while (from !== undefined);
  return undefined;
}

function toReasons(what: string, failed: NoAnswer | undefined): readonly string[] {
  return failed === undefined ? [] : [`${what}: ${failed.reason}`];
}
