import type { AutosysInstance } from '../../autosys/names.ts';
import { LedgerError } from '../errors.ts';
import { type Outage, parseOutage, toOutageKey, toOutageRow } from '../ledger/outage.ts';
import type { Table } from '../ledger/table.ts';
import type { CircuitState } from './circuit-breaker.ts';

interface OutagesDeps {
  readonly table: Table;
  readonly now: () => Date;
}

/** An outage that began, as all functions that see it derive it. */
export type BegunOutage = Pick<Outage, 'instance' | 'outage' | 'fromMs' | 'reason' | 'untilMs'>;

/**
 * Outages that a state of the circuit breaker is part of. Pure.
 *
 * A circuit breaker that a rejected login has opened is one outage: the suspension of logins.
 */
export function toOutages(
  instance: AutosysInstance,
  { openedMs, loginMs, reason }: CircuitState,
): readonly BegunOutage[] {
  if (openedMs === undefined) return [];
  const login = { instance, outage: 'login', fromMs: loginMs ?? 0, reason } as const;
  if (loginMs === openedMs) return [login];
  const circuit = { instance, outage: 'circuitBreaker', fromMs: openedMs, reason } as const;
  return loginMs === undefined ? [circuit] : [circuit, login];
}

/**
 * Creates the record of a change of the circuit breaker. The function that has written the change
 * calls it, so each outage is recorded once. A record that is lost is repeated by the sweep.
 *
 * It makes no call if the change begins and ends no outage.
 */
export function createRecordOutages(deps: OutagesDeps) {
  const begin = createBeginOutage(deps);
  const end = createEndOutage(deps);

  return async function recordOutages(
    instance: AutosysInstance,
    before: CircuitState,
    after: CircuitState,
  ): Promise<void> {
    const [old, present] = [toOutages(instance, before), toOutages(instance, after)];
    try {
      for (const outage of without(old, present)) await end(outage, deps.now().getTime());
      for (const outage of without(present, old)) await begin(outage);
    } catch (error) {
      // What is sent to AutoSys does not depend on it.
      if (!(error instanceof LedgerError)) throw error;
    }
  };
}

/** The outages that are not in the other list. Pure. */
export function without(
  outages: readonly BegunOutage[],
  others: readonly BegunOutage[],
): readonly BegunOutage[] {
  const keys = new Set(others.map(toOutageKey));
  return outages.filter((outage) => !keys.has(toOutageKey(outage)));
}

/** Creates the record of an outage that has begun. An outage that is recorded is unchanged. */
export function createBeginOutage({ table, now }: OutagesDeps) {
  return async function beginOutage(outage: BegunOutage): Promise<void> {
    const nowMs = now().getTime();
    await table.put(toOutageRow(toBegun(outage, nowMs), nowMs), undefined);
  };
}

/** Maximum lost races. Few functions write an outage. */
const maxRaces = 3;

/** Creates the record of the end of an outage. An outage that has ended is unchanged. */
export function createEndOutage({ table, now }: OutagesDeps) {
  return async function endOutage(outage: BegunOutage, endMs: number): Promise<void> {
    for (let races = 0; races < maxRaces; races += 1) {
      const nowMs = now().getTime();
      const row = await table.get(toOutageKey(outage));
      const { lasts, ...known } = row ? parseOutage(row) : toBegun(outage, nowMs);
      if (lasts === undefined) return;
      const history = [...known.history, { atMs: nowMs, text: 'ended' }];
      const ended = { ...known, untilMs: Math.min(known.untilMs ?? endMs, endMs), history };
      if ((await table.put(toOutageRow(ended, nowMs), row?.revision)) !== undefined) return;
    }
  };
}

function toBegun(outage: BegunOutage, nowMs: number): Outage {
  const history = [{ atMs: nowMs, text: `began: ${outage.reason}` }];
  return { format: 1, kind: 'outage', ...outage, lasts: true, history };
}
