import { isEffect, readPayload } from '../../../../lambda/request/read-payload.ts';
import { toRequestIdentity } from '../../../../lambda/request/request-key.ts';
import type { Invoked } from '../callers/function-calls.ts';
import { requestEntries } from '../requests-deployment.ts';

/** All invocations of one key: one visit of a state, or one key of a function. */
export interface Visit {
  readonly entry: string;
  readonly key: string;
  readonly invocations: readonly Invoked[];
}

/** Groups the invocations that change something by their keys. */
export function toVisits(invoked: readonly Invoked[]): readonly Visit[] {
  const byName = Map.groupBy(invoked, (one) => `${one.entry} ${toKey(one) ?? ''}`);
  return [...byName.values()].flatMap((invocations) => {
    const [first] = invocations;
    const key = first && toKey(first);
    return first === undefined || key === undefined
      ? []
      : [{ entry: first.entry, key, invocations }];
  });
}

/** The key of an invocation; `undefined` if its payload is invalid or changes nothing. */
export function toKey({ entry: name, payload }: Invoked): string | undefined {
  const entry = requestEntries.find((one) => one.name === name);
  try {
    const { ask, ...rest } = readPayload(payload);
    if (entry === undefined || !isEffect(ask)) return undefined;
    return toRequestIdentity({ ...rest, ask }, entry).key;
  } catch {
    return undefined;
  }
}

/** `$$.State.RetryCount` of an invocation; 0 for a function. */
export function toRetry({ payload }: Invoked): number {
  const { retry = 0 } = (payload['context'] ?? {}) as { readonly retry?: number };
  return retry;
}
