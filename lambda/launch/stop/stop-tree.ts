import type { Launch } from '../launch.ts';
import type { StopNode } from './stop-record.ts';

/** Maximum levels below the run itself that a stop looks at. */
export const maxStopDepth = 5;
/** Maximum parts of a tree: with their ids they fit into a ledger row. */
export const maxStopNodes = 200;

/** The run itself as a part of its tree. */
export function toRootNode({ workload, aws }: Launch, nowMs: number): StopNode {
  return { kind: workload, id: aws?.id ?? '', depth: 0, foundMs: nowMs };
}

/** The tree with new parts at its end; known ones stay as they are. Pure. */
export function addNodes(
  tree: readonly StopNode[],
  found: readonly StopNode[],
): readonly StopNode[] {
  const known = new Set(tree.map(toNodeKey));
  const added = found.filter((node) => {
    const isNew = !known.has(toNodeKey(node));
    known.add(toNodeKey(node));
    return isNew;
  });
  return added.length === 0 ? tree : [...tree, ...added];
}

/** What a part has started, and whether that is all. */
export interface FoundChildren {
  /** Status with which the part ended. */
  readonly endedAs: string;
  readonly children: readonly Pick<StopNode, 'kind' | 'id' | 'endedAs'>[];
  /** Why there may be more, or why something cannot be looked at. @default - that is all */
  readonly why?: string | undefined;
  /** Of a Map Run whose ended children are to be looked at. @default - as it was */
  readonly endedFromMs?: number | undefined;
}

/** Ids that a reason names. */
const namedIds = 5;
/** Maximum characters of a reason, so that a full tree fits into a row of 400 KB. */
const maxWhy = 1_000;

/**
 * The tree after the children of a part that has ended were read. The part is closed if all of them
 * are in the tree. Beyond the limits they are named as not looked at, and the part stays open. Pure.
 */
export function withChildren(
  tree: readonly StopNode[],
  parent: StopNode,
  { children, endedAs, endedFromMs, why }: FoundChildren,
  nowMs: number,
): readonly StopNode[] {
  const nodes = children.map((child): StopNode => {
    const isList = child.kind === 'mapRun' || child.kind === 'array';
    return { ...child, depth: parent.depth + (isList ? 0 : 1), foundMs: nowMs };
  });
  const isTooDeep = parent.depth >= maxStopDepth;
  const complete = addNodes(tree, nodes);
  const grown = complete.slice(0, Math.max(tree.length, isTooDeep ? 0 : maxStopNodes));
  const beyond = complete.slice(grown.length).map(({ id }) => id);
  const limit = isTooDeep ? `${maxStopDepth} levels` : `${maxStopNodes} workloads`;
  const more = beyond.length > namedIds ? ` and ${beyond.length - namedIds} more` : '';
  const ids = `${beyond.slice(0, namedIds).join(', ')}${more}`;
  const reasons = [
    ...(beyond.length === 0 ? [] : [`not looked at, more than ${limit}: ${ids}`]),
    ...(why === undefined ? [] : [why]),
  ];
  const { why: _, ...known } = parent;
  const kept = endedFromMs === undefined ? known : { ...known, endedFromMs };
  const settled: StopNode =
    reasons.length === 0
      ? { ...kept, endedAs, closed: true }
      : { ...kept, why: reasons.join('; ').slice(0, maxWhy).toWellFormed() };
  return grown.map((one) => (isSameNode(one, parent) ? settled : one));
}

/** Whether two parts are the same workload, or the same list. */
export function isSameNode(one: StopNode, other: StopNode): boolean {
  return toNodeKey(one) === toNodeKey(other);
}

function toNodeKey({ kind, id }: Pick<StopNode, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
