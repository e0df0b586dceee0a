import type { AutosysInstance } from '../../autosys/names.ts';
import type { Failure } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import {
  afterFailure,
  askCircuit,
  type CircuitDecision,
  type CircuitPolicy,
  type CircuitState,
  closedCircuit,
  isCircuitOpen,
} from './circuit-breaker.ts';
import type { OpenWindow } from './maintenance.ts';
import { createRecordOutages } from './outages.ts';

export interface CircuitBreakersDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly jitter: () => number;
  readonly policy: CircuitPolicy;
  /** How long a state that was read is used without reading it again, in milliseconds. */
  readonly believedMs: number;
  /** Maintenance window that is open at an instant. @default - none */
  readonly maintenance?: (instance: AutosysInstance, nowMs: number) => OpenWindow | undefined;
  /** Called once for each change, by the function that wrote it. @default - not called */
  readonly onChange?: (change: CircuitChange) => void;
}

/** Change of the circuit breaker of an instance. */
export type CircuitChange =
  | {
      readonly kind: 'opened';
      readonly instance: AutosysInstance;
      readonly reason: string;
      readonly until: Date;
    }
  | { readonly kind: 'closed'; readonly instance: AutosysInstance; readonly openForMs: number }
  /** The login was rejected: when that opened it, and at each probe since. */
  | { readonly kind: 'loginRefused'; readonly instance: AutosysInstance };

/** Circuit breakers of all instances, shared with other functions through the ledger table. */
export interface CircuitBreakers {
  /** Whether the lease owner may send a request to the instance now. */
  ask(instance: AutosysInstance, leaseOwner: string): Promise<CircuitDecision>;
  /** Records a request without an answer, or with a rejected login. */
  failed(instance: AutosysInstance, failure: Failure): Promise<void>;
  /** Records a request that was answered. */
  succeeded(instance: AutosysInstance): Promise<void>;
  /** Whether it is open because of failures; false in a maintenance window. Allows no probe. */
  isOpen(instance: AutosysInstance): Promise<boolean>;
}

interface Known {
  readonly state: CircuitState;
  readonly revision: number | undefined;
  readonly readMs: number;
}

/** Longer than any outage. A missing row counts as closed. */
const keptMs = 90 * 86_400_000;

/** Creates the circuit breakers, stored in the ledger table. */
export function createCircuitBreakers(deps: CircuitBreakersDeps): CircuitBreakers {
  const { now, jitter, policy } = deps;
  const { maintenance = () => undefined, onChange = () => {} } = deps;
  const { read, reread, write } = createCircuitStore(deps);
  const recordOutages = createRecordOutages(deps);
  const nowMs = () => now().getTime();

  return {
    async ask(instance, leaseOwner) {
      const window = maintenance(instance, nowMs());
      if (window) {
        const { fromMs: sinceMs, untilMs, reason } = window;
        return { kind: 'wait', untilMs, reason, outage: 'maintenance', sinceMs };
      }
      const known = await read(instance);
      const decision = askCircuit(known.state, { leaseOwner, nowMs: nowMs(), policy });
      if (decision.kind !== 'probe') return decision;
      if (await write(instance, known, decision.state)) return decision;
      // Another function has begun the probe, or has changed the state.
      return askCircuit((await reread(instance)).state, { leaseOwner, nowMs: nowMs(), policy });
    },
    async failed(instance, failure) {
      // A 404 for one job, a defect in the bridge, and a suspended login are not counted against
      // the instance.
      if (failure.kind !== 'refused' && failure.ofRequest) return;
      // Requests that were under way when the window opened are expected to fail.
      if (maintenance(instance, nowMs())) return;
      const known = await reread(instance);
      const reason = failure.error.message;
      // Rejected logins lead to a locked account, so the first one opens the circuit breaker.
      const atOnce = failure.kind === 'unreached' && failure.lockedOut === true;
      const facts = { nowMs: nowMs(), reason, atOnce, jitter: jitter(), policy };
      const state = afterFailure(known.state, facts);
      // Losing the conditional write is fine: another failure or a success was recorded.
      if (state === known.state || !(await write(instance, known, state))) return;
      if (atOnce) onChange({ kind: 'loginRefused', instance });
      if (isCircuitOpen(state, policy) && !isCircuitOpen(known.state, policy)) {
        onChange({ kind: 'opened', instance, reason, until: new Date(state.openUntilMs) });
      }
      await recordOutages(instance, known.state, state);
    },
    async succeeded(instance) {
      const known = await read(instance);
      const { failures, openedMs } = known.state;
      if (failures === 0 || !(await write(instance, known, closedCircuit))) return;
      if (openedMs !== undefined) {
        onChange({ kind: 'closed', instance, openForMs: nowMs() - openedMs });
        await recordOutages(instance, known.state, closedCircuit);
      }
    },
    async isOpen(instance) {
      if (maintenance(instance, nowMs())) return false;
      return isCircuitOpen((await read(instance)).state, policy);
    },
  };
}

/** Creates the access to the states in the ledger table, with a cache. */
function createCircuitStore({
  table,
  now,
  believedMs,
}: Pick<CircuitBreakersDeps, 'table' | 'now' | 'believedMs'>) {
  const knownByInstance = new Map<AutosysInstance, Known>();
  const nowMs = () => now().getTime();
  return { read, reread, write };

  /** The state, from the cache if it is recent enough. */
  async function read(instance: AutosysInstance): Promise<Known> {
    const known = knownByInstance.get(instance);
    // The absolute value, since the clock may have been set back.
    return known && Math.abs(nowMs() - known.readMs) < believedMs ? known : reread(instance);
  }

  /** The state in the table. */
  async function reread(instance: AutosysInstance): Promise<Known> {
    const row = await table.get(toKey(instance));
    const state = isCircuitState(row?.body) ? row.body : closedCircuit;
    const known = { state, revision: row?.revision, readMs: nowMs() };
    knownByInstance.set(instance, known);
    return known;
  }

  /** Stores a state. @returns false if another function wrote in between */
  async function write(instance: AutosysInstance, known: Known, state: CircuitState) {
    const expiresAt = new Date(nowMs() + keptMs);
    const row = { key: toKey(instance), body: state, expiresAt };
    const revision = await table.put(row, known.revision);
    if (revision === undefined) knownByInstance.delete(instance);
    else knownByInstance.set(instance, { state, revision, readMs: nowMs() });
    return revision !== undefined;
  }
}

/** Reads the state without asking for a probe. */
export async function readCircuit(
  table: Pick<Table, 'get'>,
  instance: AutosysInstance,
): Promise<CircuitState> {
  const row = await table.get(toKey(instance));
  return isCircuitState(row?.body) ? row.body : closedCircuit;
}

function toKey(instance: AutosysInstance): string {
  return `circuit ${instance}`;
}

/** A row of another format counts as closed: the next failures open it again. */
function isCircuitState(body: unknown): body is CircuitState {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 1;
}
