import type { InvocationResult } from './invocation.ts';

/** Which messages of a batch stay in the queue. */
export interface BatchVerdict {
  readonly failed: ReadonlySet<string>;
  /** Why the whole batch failed although the function answered. */
  readonly reason?: string;
}

/**
 * Judges a batch as Lambda does.
 *
 * A function error fails the whole batch. With partial responses on, nothing, `null`, an empty object and an empty or
 * null list are full success; an answer that cannot be read, a missing, empty or wrongly named identifier, and one that
 * is not of this batch fail the whole batch (Lambda developer guide, "Implementing partial batch responses").
 *
 * @param reportsBatchItemFailures without it every answer is full success
 */
export function judgeBatch(
  result: InvocationResult,
  messageIds: readonly string[],
  reportsBatchItemFailures: boolean,
): BatchVerdict {
  if (result.kind === 'failed') return { failed: new Set(messageIds) };
  if (!reportsBatchItemFailures) return { failed: new Set() };
  const named = readFailures(result.payload);
  const allFailed = (reason: string) => ({ failed: new Set(messageIds), reason });
  if (typeof named === 'string') return allFailed(named);
  const stranger = named.find((messageId) => !messageIds.includes(messageId));
  if (stranger === undefined) return { failed: new Set(named) };
  return allFailed(`the answer names ${JSON.stringify(stranger)}, which is not in the batch`);
}

/** The identifiers that an answer names, or what is wrong with it. */
function readFailures(payload: string): readonly string[] | string {
  const answer = parseJson(payload);
  if (answer === null) return [];
  if (typeof answer !== 'object' || Array.isArray(answer)) return 'the answer is no object';
  const list: unknown = 'batchItemFailures' in answer ? answer.batchItemFailures : null;
  if (list === null) return [];
  if (!Array.isArray(list)) return 'batchItemFailures is no list';
  const named = list.map(readIdentifier);
  return named.every((one) => one !== undefined)
    ? named
    : 'an entry of batchItemFailures has no itemIdentifier';
}

function readIdentifier(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null || !('itemIdentifier' in entry)) return undefined;
  const { itemIdentifier } = entry;
  return typeof itemIdentifier === 'string' && itemIdentifier !== '' ? itemIdentifier : undefined;
}

/** What no JSON says comes back as undefined, which is no object either. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
