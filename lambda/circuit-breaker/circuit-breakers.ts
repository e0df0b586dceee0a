import type { AutosysInstance } from '../../autosys/names.ts';
import type { Failure } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import {
  afterFailure,
  askCircuit,
  type CircuitDecision,
  type CircuitPolicy,
  type CircuitState,
  isClosed,
  openGate,
} from './circuit-breaker.ts';
import type { OpenWindow } from './maintenance.ts';

export interface CircuitBreakersDeps {
  readonly table: Table;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly jitter: () => number;
  readonly policy: CircuitPolicy;
  /** How long a sandbox believes what it has read; the price of asking is one read each time. */
  readonly believedMs: number;
  /** The declared window that is open now. @default - none ever is */
  readonly maintenance?: (instance: AutosysInstance, nowMs: number) => OpenWindow | undefined;
  /** Hears of each change once, whichever sandbox brings it about. @default - nobody does */
  readonly tell?: (change: CircuitChange) => void;
}

/** What happened to the gate of an AutoSys. */
export type CircuitChange =
  | {
      readonly kind: 'closed';
      readonly instance: AutosysInstance;
      readonly reason: string;
      readonly until: Date;
    }
  | { readonly kind: 'opened'; readonly instance: AutosysInstance; readonly closedForMs: number }
  /** The login was refused: the first time, which closes it, and at every try since. */
  | { readonly kind: 'loginRefused'; readonly instance: AutosysInstance };

/** The gates of all instances, shared with other sandboxes through the ledger table. */
export interface CircuitBreakers {
  /** May this holder call the instance now? */
  ask(instance: AutosysInstance, leaseOwner: string): Promise<CircuitDecision>;
  /** A call was not answered, or its login was refused. */
  failed(instance: AutosysInstance, failure: Failure): Promise<void>;
  /** A call was answered. */
  succeeded(instance: AutosysInstance): Promise<void>;
  /** Whether it is closed because calls failed; a declared window is no failure. Asks for no try. */
  isClosed(instance: AutosysInstance): Promise<boolean>;
}

interface Known {
  readonly state: CircuitState;
  readonly revision: number | undefined;
  readonly readMs: number;
}

/** Gates outlive any outage; a forgotten one is an open one. */
const keptMs = 90 * 86_400_000;

/** Binds the gates to the ledger table. */
export function createCircuitBreakers(deps: CircuitBreakersDeps): CircuitBreakers {
  const { table, now, jitter, policy, believedMs } = deps;
  const { maintenance = () => undefined, tell = () => {} } = deps;
  const knownByInstance = new Map<AutosysInstance, Known>();
  const nowMs = () => now().getTime();

  return {
    ask: async (instance, leaseOwner) => {
      const window = maintenance(instance, nowMs());
      if (window) return { kind: 'wait', ...window };
      const known = await read(instance);
      const pass = askCircuit(known.state, { leaseOwner, nowMs: nowMs(), policy });
      if (pass.kind !== 'probe' || (await write(instance, known, pass.state))) return pass;
      // Somebody else has taken the try, or the gate has changed.
      return askCircuit((await readAnew(instance)).state, { leaseOwner, nowMs: nowMs(), policy });
    },
    failed: async (instance, failure) => {
      // A 404 for one job, a defect of the bridge and a login that it holds back are not counted against the instance.
      if (failure.kind !== 'refused' && failure.ofRequest) return;
      // What was under way when the window opened has failed as was to be expected.
      if (maintenance(instance, nowMs())) return;
      const known = await readAnew(instance);
      const reason = failure.error.message;
      // Each refused login brings the account nearer to its lock, so the first one is enough.
      const atOnce = failure.kind === 'unreached' && failure.lockedOut === true;
      const told = { nowMs: nowMs(), reason, atOnce, jitter: jitter(), policy };
      const state = afterFailure(known.state, told);
      // A race lost means that another failure or a success was counted, which is as good.
      if (state === known.state || !(await write(instance, known, state))) return;
      if (atOnce) tell({ kind: 'loginRefused', instance });
      if (isClosed(state, policy) && !isClosed(known.state, policy)) {
        tell({ kind: 'closed', instance, reason, until: new Date(state.closedUntilMs) });
      }
    },
    succeeded: async (instance) => {
      const known = await read(instance);
      const { failures, closedMs } = known.state;
      if (failures === 0 || !(await write(instance, known, openGate))) return;
      if (closedMs !== undefined) {
        tell({ kind: 'opened', instance, closedForMs: nowMs() - closedMs });
      }
    },
    isClosed: async (instance) => {
      if (maintenance(instance, nowMs())) return false;
      return isClosed((await read(instance)).state, policy);
    },
  };

  async function read(instance: AutosysInstance): Promise<Known> {
    const known = knownByInstance.get(instance);
    // A clock that was set back makes nothing that was read younger.
    return known && Math.abs(nowMs() - known.readMs) < believedMs ? known : readAnew(instance);
  }

  async function readAnew(instance: AutosysInstance): Promise<Known> {
    const row = await table.get(toKey(instance));
    const state = isGateState(row?.body) ? row.body : openGate;
    const known = { state, revision: row?.revision, readMs: nowMs() };
    knownByInstance.set(instance, known);
    return known;
  }

  async function write(instance: AutosysInstance, known: Known, state: CircuitState) {
    const expiresAt = new Date(nowMs() + keptMs);
    const row = { key: toKey(instance), body: state, expiresAt };
    const revision = await table.put(row, known.revision);
    if (revision === undefined) knownByInstance.delete(instance);
    else knownByInstance.set(instance, { state, revision, readMs: nowMs() });
    return revision !== undefined;
  }
}

/** The gate as it stands, for who only wants to know. */
export async function readCircuit(
  table: Pick<Table, 'get'>,
  instance: AutosysInstance,
): Promise<CircuitState> {
  const row = await table.get(toKey(instance));
  return isGateState(row?.body) ? row.body : openGate;
}

function toKey(instance: AutosysInstance): string {
  return `gate ${instance}`;
}

/** A gate that other software wrote in another shape counts as open: the calls themselves will tell. */
function isGateState(body: unknown): body is CircuitState {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 1;
}
