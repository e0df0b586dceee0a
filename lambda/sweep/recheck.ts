import type { AutosysInstance, GlobalName } from '../../autosys/names.ts';
import type { GlobalView } from '../../autosys/views.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../delivery/autosys.ts';
import { type Alongside, alone } from '../delivery/read-groups.ts';
import { toSendFailure } from '../delivery/send.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import { walkAgenda } from '../ledger/agenda.ts';
import type { Entry } from '../ledger/entry.ts';
import { agendaLists, parseEntry, toRow } from '../ledger/entry-row.ts';
import {
  endRechecks,
  isOurs,
  judgeRecheck,
  type RecheckResult,
  toRecheckAfterMs,
} from '../ledger/recheck.ts';
import type { Table } from '../ledger/table.ts';
import type { InstanceConfig } from '../routing/routes.ts';

export interface RecheckDeps {
  readonly table: Table;
  readonly circuitBreakers: CircuitBreakers;
  readonly autosysFor: (instance: AutosysInstance) => Autosys;
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly newLeaseId: () => string;
  /** Opens a group whose members share their reads of variables. @default - each reads for itself */
  readonly newReadGroup?: () => Alongside;
}

/** What came of reading one confirmed value again; of one that stands nothing is told. */
export type Recheck =
  | Exclude<RecheckResult, { readonly kind: 'stands' }>
  /** AutoSys could not be asked, or the ledger: it is read again at the next sweep. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

const pageSize = 25;

/** Binds the second look at what AutoSys once showed: a value that it has lost is due again. */
export function createRecheck(deps: RecheckDeps) {
  const { table, circuitBreakers, autosysFor, now, sleep, newLeaseId } = deps;
  const { newReadGroup = () => alone } = deps;

  /**
   * Reads what is to be read again, the oldest first, several at once, at the rate of the drain, until the circuit breaker
   * opens or the signal aborts.
   */
  return async function* reread(
    { name, rereadForMs }: Pick<InstanceConfig, 'name' | 'rereadForMs'>,
    signal: AbortSignal,
  ): AsyncGenerator<Recheck> {
    if (rereadForMs === 0) return;
    const leaseOwner = newLeaseId();
    const { drainPerSecond } = autosysFor(name);
    const most = Math.max(1, Math.min(pageSize, Math.floor(drainPerSecond)));
    const timely = walkAgenda(table, agendaLists.reread(name), { until: now(), pageSize });
    for await (const keys of inParts(timely, most)) {
      while (keys.length > 0) {
        const pass = signal.aborted ? undefined : await circuitBreakers.ask(name, leaseOwner);
        if (pass === undefined || pass.kind === 'wait') return;
        // Whether AutoSys is back is tried by one read alone.
        const part = keys.splice(0, pass.kind === 'probe' ? 1 : keys.length);
        const startedMs = now().getTime();
        const alongside = newReadGroup();
        const read = (key: string) => alongside(() => readAgain(key, rereadForMs, signal));
        for (const one of await Promise.all(part.map(read))) if (one) yield one;
        const restMs = startedMs + (part.length * 1_000) / drainPerSecond - now().getTime();
        if (restMs > 0) await sleep(restMs, signal).catch(() => undefined);
      }
    }
  };

  async function readAgain(
    key: string,
    rereadForMs: number,
    signal: AbortSignal,
  ): Promise<Recheck | undefined> {
    try {
      const row = await table.get(key);
      if (row === undefined) return undefined;
      const entry = parseEntry(row);
      const afterMs = toRecheckAfterMs(entry);
      // The index lags behind the table.
      if (afterMs === undefined || !isTimely(entry, afterMs)) return undefined;
      const judged =
        afterMs > rereadForMs
          ? ({ kind: 'stands', entry: endRechecks(entry) } as const)
          : await look(entry, rereadForMs, signal);
      if (judged === undefined) return undefined;
      const revision = await table.put(toRow(judged.entry, now().getTime()), row.revision);
      // A lost race is well lost: a newer wish wins.
      return revision === undefined || judged.kind === 'stands' ? undefined : judged;
    } catch (error) {
      return { kind: 'failed', key, error: describeError(error) };
    }
  }

  function isTimely({ confirmedMs = 0 }: Entry, afterMs: number): boolean {
    return confirmedMs + afterMs <= now().getTime();
  }

  /** `undefined` where our own end cut off the look. @throws what kept anybody from looking; the entry keeps its turn */
  async function look(
    entry: Entry,
    rereadForMs: number,
    signal: AbortSignal,
  ): Promise<RecheckResult | undefined> {
    const { event, to } = entry;
    if (event.kind !== 'SET_GLOBAL') return undefined;
    let shown: GlobalView;
    try {
      shown = await readWithChange(entry, event.globalVariable, signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      const failure = toSendFailure(error);
      if (failure.kind !== 'refused') {
        await circuitBreakers.failed(to, failure);
        throw error;
      }
      shown = { kind: 'unreadable', reason: failure.error.message };
    }
    // What cannot be read back was perhaps not even asked for.
    if (shown.kind !== 'unreadable') await circuitBreakers.succeeded(to);
    const clockDiffers = autosysFor(to).clockDiffers?.() ?? false;
    return judgeRecheck(entry, shown, { nowMs: now().getTime(), rereadForMs, clockDiffers });
  }

  /**
   * Reads the variable, and when it was last changed where that decides.
   *
   * In this order: a change that is older than our confirmation was then older already when the value was read.
   */
  async function readWithChange(
    entry: Entry,
    name: GlobalName,
    signal: AbortSignal,
  ): Promise<GlobalView> {
    const { port } = autosysFor(entry.to);
    const shown = await port.readGlobalVariable(name, { signal });
    const isDecided = shown.kind !== 'value' || isOurs(entry, shown);
    if (isDecided || shown.lastChanged || !port.readLastChanged) return shown;
    const change = await port.readLastChanged(name, { signal });
    switch (change.kind) {
      case 'known':
        return { ...shown, lastChanged: { at: change.at, ambiguous: change.ambiguous } };
      case 'notShown':
        return shown;
      case 'notNow':
        return { kind: 'unreadable', reason: `it shows another value, and ${change.reason}` };
      default:
        return change satisfies never;
    }
  }
}

/** Keys as they come, so many at a time. */
async function* inParts(keys: AsyncIterable<string>, most: number): AsyncGenerator<string[]> {
  let part: string[] = [];
  for await (const key of keys) {
    part.push(key);
    if (part.length < most) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
