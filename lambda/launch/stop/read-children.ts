import type { ListPage, StartingEvent } from '../../aws/stop-result.ts';
import { readArrayChildren, readMapChildren } from './list-children.ts';
import type { SeenNode } from './read-node.ts';
import { readPages, toReasons } from './read-pages.ts';
import { readStartedWorkload, type StartedWorkload } from './started-workloads.ts';
import type { StopNodeFacts } from './stop-calls.ts';
import type { StopNode } from './stop-record.ts';
import { type FoundChildren, maxStopNodes, withChildren } from './stop-tree.ts';

/** Maximum events of an execution (service quotas). */
const maxEvents = 25_000;

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
        return readMapChildren(facts, node);
      case 'array':
        return readArrayChildren(facts, node);
      default:
        return node.kind satisfies never;
    }
  }
}

/** Executions, Batch jobs and Map Runs that an execution has started. */
async function readStarted(
  facts: StopNodeFacts,
  { id, depth }: StopNode,
): Promise<Omit<FoundChildren, 'endedAs'>> {
  const { calls, home, pace, signal, launch } = facts;
  const started: StartedWorkload[] = [];
  let events = 0;
  // The end before the redrive of the launch is not the end of the run.
  let redrivesAhead = depth === 0 ? (launch.aws?.redrive ?? 0) : 0;
  let hasEnded = false;
  const history = await readPages(
    (from) => pace<ListPage<StartingEvent>>(() => calls.readHistory(id, from, signal)),
    (event) => {
      events += 1;
      if (event.kind === 'ended') hasEnded = true;
      if (event.kind === 'redriven') {
        hasEnded = false;
        redrivesAhead -= 1;
      }
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
    ...(history === undefined && (!hasEnded || redrivesAhead > 0)
      ? ['its history does not show its end yet']
      : []),
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
