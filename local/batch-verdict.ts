import type { InvocationResult } from './invocation.ts';

/** The messages of a batch that stay in the queue. */
export interface BatchVerdict {
  readonly failed: ReadonlySet<string>;
  /** Why the whole batch failed, although the function returned a response. */
  readonly reason?: string;
}

/**
 * Evaluates the result of a batch as Lambda does.
 *
 * A function error fails the whole batch. With partial responses on, nothing, `null`, an empty
 * object and an empty or null list are full success. A response that cannot be parsed, a missing,
 * empty or wrongly named identifier, and an identifier outside this batch fail the whole batch
 * (Lambda developer guide, "Implementing partial batch responses").
 *
 * @param reportsBatchItemFailures if false, every response is full success
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
  const unknownId = named.find((messageId) => !messageIds.includes(messageId));
  if (unknownId === undefined) return { failed: new Set(named) };
  return allFailed(`the response lists ${JSON.stringify(unknownId)}, which is not in the batch`);
}

/** The identifiers in a response, or what is wrong with it. */
function readFailures(payload: string): readonly string[] | string {
  const response = parseJson(payload);
  if (response === null) return [];
  if (typeof response !== 'object' || Array.isArray(response))
    return 'the response is not an object';
  const list: unknown = 'batchItemFailures' in response ? response.batchItemFailures : null;
  if (list === null) return [];
  if (!Array.isArray(list)) return 'batchItemFailures is not a list';
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

/**
 * `undefined` if the text is not JSON; the caller treats it like any other value that is not an
 * object.
 */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
