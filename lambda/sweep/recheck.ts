import type { AutosysInstance } from '../../autosys/names.ts';
import { type Alongside, alone } from '../delivery/read-groups.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import { agendaLists, walkAgenda } from '../ledger/agenda.ts';
import type { Entry } from '../ledger/entry.ts';
import { parseEntry, toRow } from '../ledger/entry-row.ts';
import { endRechecks, type RecheckResult, toRecheckAfterMs } from '../ledger/recheck.ts';
import type { Table } from '../ledger/table.ts';
import type { InstanceConfig } from '../routing/routes.ts';
import { type RecheckValueDeps, recheckValue } from './recheck-value.ts';

export interface RecheckDeps extends RecheckValueDeps {
  readonly table: Table;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly newLeaseId: () => string;
  /** Opens a group whose members share reads of variables. @default - each reads for itself */
  readonly newReadGroup?: () => Alongside;
}

/** Result of rechecking one confirmed value. A value that is unchanged has no result. */
export type Recheck =
  | Exclude<RecheckResult, { readonly kind: 'stands' }>
  /** AutoSys or the ledger could not be read. The next sweep run reads the value again. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

const pageSize = 25;

/** What one recheck needs beside the dependencies. */
interface RecheckRun {
  readonly name: AutosysInstance;
  readonly rereadForMs: number;
  readonly leaseOwner: string;
  readonly signal: AbortSignal;
}

/** Creates the recheck of confirmed values. A value that AutoSys has lost is due again. */
export function createRecheck(deps: RecheckDeps) {
  /**
   * Reads the due values, oldest first, several at once, at the rate of the drain. Ends when the
   * circuit breaker opens or the signal aborts.
   */
  return async function* recheck(
    { name, rereadForMs }: Pick<InstanceConfig, 'name' | 'rereadForMs'>,
    signal: AbortSignal,
  ): AsyncGenerator<Recheck> {
    if (rereadForMs === 0) return;
    const { table, autosysFor, now, newLeaseId } = deps;
    const run: RecheckRun = { name, rereadForMs, leaseOwner: newLeaseId(), signal };
    const { drainPerSecond } = autosysFor(name);
    const size = Math.max(1, Math.min(pageSize, Math.floor(drainPerSecond)));
    const due = walkAgenda(table, agendaLists.reread(name), { until: now(), pageSize });
    for await (const keys of inParts(due, size)) {
      if (!(yield* recheckPart(deps, keys, run))) return;
    }
  };
}

/** Rechecks some values. @returns false if the circuit breaker is open or the signal has aborted */
async function* recheckPart(
  deps: RecheckDeps,
  keys: string[],
  run: RecheckRun,
): AsyncGenerator<Recheck, boolean> {
  const { circuitBreakers, autosysFor, now, sleep, newReadGroup = () => alone } = deps;
  const { name, leaseOwner, signal } = run;
  const { drainPerSecond } = autosysFor(name);
  while (keys.length > 0) {
    const decision = signal.aborted ? undefined : await circuitBreakers.ask(name, leaseOwner);
    if (decision === undefined || decision.kind === 'wait') return false;
    // A probe is a single read.
    const part = keys.splice(0, decision.kind === 'probe' ? 1 : keys.length);
    const startedMs = now().getTime();
    const alongside = newReadGroup();
    const results = await Promise.all(
      part.map((key) => alongside(() => recheckOne(deps, key, run))),
    );
    for (const result of results) if (result) yield result;
    const restMs = startedMs + (part.length * 1_000) / drainPerSecond - now().getTime();
    if (restMs > 0) await sleep(restMs, signal).catch(() => undefined);
  }
  return true;
}

async function recheckOne(
  deps: RecheckDeps,
  key: string,
  { rereadForMs, signal }: RecheckRun,
): Promise<Recheck | undefined> {
  const { table, now } = deps;
  try {
    const row = await table.get(key);
    if (row === undefined) return undefined;
    const entry = parseEntry(row);
    const afterMs = toRecheckAfterMs(entry);
    // The index is behind the table.
    if (afterMs === undefined || !isDue(entry, afterMs, now())) return undefined;
    const result =
      afterMs > rereadForMs
        ? ({ kind: 'stands', entry: endRechecks(entry) } as const)
        : await recheckValue(deps, entry, { rereadForMs, signal });
    if (result === undefined) return undefined;
    const revision = await table.put(toRow(result.entry, now().getTime()), row.revision);
    // Losing the conditional write is fine: a newer request is in the entry.
    return revision === undefined || result.kind === 'stands' ? undefined : result;
  } catch (error) {
    return { kind: 'failed', key, error: describeError(error) };
  }
}

function isDue({ confirmedMs = 0 }: Entry, afterMs: number, now: Date): boolean {
  return confirmedMs + afterMs <= now.getTime();
}

/** Groups keys into parts of at most `size`. */
async function* inParts(keys: AsyncIterable<string>, size: number): AsyncGenerator<string[]> {
  let part: string[] = [];
  for await (const key of keys) {
    part.push(key);
    if (part.length < size) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
