import type { AutosysInstance } from '../../autosys/names.ts';
import type { CircuitBreakers } from '../circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../delivery/autosys.ts';
import { toSendFailure } from '../delivery/send.ts';
import { describeError, type ErrorDescription } from '../errors.ts';
import { agendaLists, readAgenda } from '../ledger/agenda.ts';
import { type ObservedEntry, toObservedRow } from '../ledger/observed.ts';
import { type CheckResult, withCheck } from '../ledger/observed-checks.ts';
import { parseObserved } from '../ledger/parse-observed.ts';
import type { Table } from '../ledger/table.ts';
import type { BridgeConfig } from '../routing/routes.ts';
import { createReadOldReaction } from './read-old-reaction.ts';

export interface CheckObservedDeps {
  readonly table: Table;
  readonly circuitBreakers: Pick<CircuitBreakers, 'ask' | 'isOpen'>;
  readonly autosysFor: (instance: AutosysInstance) => Pick<Autosys, 'port'>;
  readonly now: () => Date;
  readonly newLeaseId: () => string;
  /** Timezones of the instances that have observed routes, by name. The others are not read. */
  readonly timezones: ReadonlyMap<string, string>;
}

/** Result of one read of an old reaction. */
export type ObservedCheck =
  | { readonly kind: 'checked'; readonly entry: ObservedEntry }
  /** AutoSys or the ledger could not be read. The next sweep run reads it again. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };

/** Maximum entries of one instance in one sweep run. Each is at most two kinds of requests. */
const maxChecks = 25;

/** The timezones of the instances of observed routes. */
export function findObservedTimezones({
  instances,
  routes,
}: Pick<BridgeConfig, 'instances' | 'routes'>): ReadonlyMap<string, string> {
  const observed = new Set(routes.flatMap(({ observe, to }) => (observe ? [to] : [])));
  return new Map(
    instances.flatMap(({ name, timezone }) => (observed.has(name) ? [[name, timezone]] : [])),
  );
}

/**
 * Creates the reads of old reactions: what AutoSys shows of the polling job or the variable after
 * the end of a run that an observed route matched.
 *
 * It must not disturb the live routes. It runs after the drain and the rechecks, one request at a
 * time. It sends none while the circuit breaker is open or a maintenance window is active, ends at
 * the first request without an answer, and does not count it: only requests of live routes and
 * rechecks open or close the circuit breaker.
 */
export function createCheckObserved(deps: CheckObservedDeps) {
  const { table, circuitBreakers, autosysFor, now, newLeaseId, timezones } = deps;

  return async function* checkObserved(
    name: AutosysInstance,
    signal: AbortSignal,
  ): AsyncGenerator<ObservedCheck> {
    const timezone = timezones.get(name);
    if (timezone === undefined) return;
    const list = agendaLists.observed(name);
    const due = await readAgenda(table, list, { until: now(), limit: maxChecks });
    const read = createReadOldReaction(autosysFor(name).port, { timezone, signal });
    for (const { key } of due) {
      if (signal.aborted || !(await mayRead(name))) return;
      const checked = await checkOne(key, read);
      if (checked) yield checked;
      if (checked?.kind === 'failed') return;
    }
  };

  async function mayRead(name: AutosysInstance): Promise<boolean> {
    // Asked first, because a question to an open circuit breaker may begin its only probe.
    if (await circuitBreakers.isOpen(name)) return false;
    return (await circuitBreakers.ask(name, newLeaseId())).kind !== 'wait';
  }

  async function checkOne(
    key: string,
    read: (entry: ObservedEntry) => Promise<CheckResult>,
  ): Promise<ObservedCheck | undefined> {
    try {
      const row = await table.get(key);
      const entry = row && parseObserved(row);
      // The index is behind the table.
      if (entry?.checkMs === undefined || entry.checkMs > now().getTime()) return undefined;
      const checked = withCheck(entry, await readOrReason(entry, read), now().getTime());
      const revision = await table.put(toObservedRow(key, checked), row?.revision);
      // Losing the conditional write is fine: another sweep run has read it.
      return revision === undefined ? undefined : { kind: 'checked', entry: checked };
    } catch (error) {
      return { kind: 'failed', key, error: describeError(error) };
    }
  }
}

/** @throws the error of a request without an answer */
async function readOrReason(
  entry: ObservedEntry,
  read: (entry: ObservedEntry) => Promise<CheckResult>,
): Promise<CheckResult> {
  try {
    return await read(entry);
  } catch (error) {
    const failure = toSendFailure(error);
    if (failure.kind !== 'refused') throw error;
    return { kind: 'unreadable', reason: failure.error.message };
  }
}
