import type { AutosysInstance } from '../../autosys/names.ts';
import type { Table } from '../shared/table.ts';
import type { Failure } from './deliver.ts';
import {
  afterFailure,
  askGate,
  type GatePolicy,
  type GateState,
  openGate,
  type Pass,
} from './gate.ts';

export interface GatesPowers {
  readonly table: Table;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly noise: () => number;
  readonly policy: GatePolicy;
  /** How long a sandbox believes what it has read; the price of asking is one read each time. */
  readonly believedMs: number;
}

/** The gates of all instances, shared with other sandboxes through the ledger table. */
export interface Gates {
  /** May this holder call the instance now? */
  ask(instance: AutosysInstance, holder: string): Promise<Pass>;
  /** A call was not answered, or its login was refused. */
  failed(instance: AutosysInstance, failure: Failure): Promise<void>;
  /** A call was answered. */
  succeeded(instance: AutosysInstance): Promise<void>;
}

interface Known {
  readonly state: GateState;
  readonly revision: number | undefined;
  readonly readMs: number;
}

/** Gates outlive any outage; a forgotten one is an open one. */
const keptMs = 90 * 86_400_000;

/** Binds the gates to the ledger table. */
export function createGates({ table, now, noise, policy, believedMs }: GatesPowers): Gates {
  const knownByInstance = new Map<AutosysInstance, Known>();
  const nowMs = () => now().getTime();

  return {
    ask: async (instance, holder) => {
      const known = await read(instance);
      const pass = askGate(known.state, { holder, nowMs: nowMs(), policy });
      if (pass.kind !== 'probe' || (await write(instance, known, pass.state))) return pass;
      // Somebody else has taken the try, or the gate has changed.
      return askGate((await readAnew(instance)).state, { holder, nowMs: nowMs(), policy });
    },
    failed: async (instance, failure) => {
      const known = await readAnew(instance);
      const reason = failure.error.message;
      // Each refused login brings the account nearer to its lock, so the first one is enough.
      const atOnce = failure.kind === 'unreached' && failure.lockedOut === true;
      const told = { nowMs: nowMs(), reason, atOnce, noise: noise(), policy };
      // A race lost means that another failure or a success was counted, which is as good.
      await write(instance, known, afterFailure(known.state, told));
    },
    succeeded: async (instance) => {
      const known = await read(instance);
      if (known.state.failures > 0) await write(instance, known, openGate);
    },
  };

  async function read(instance: AutosysInstance): Promise<Known> {
    const known = knownByInstance.get(instance);
    return known && nowMs() - known.readMs < believedMs ? known : readAnew(instance);
  }

  async function readAnew(instance: AutosysInstance): Promise<Known> {
    const row = await table.get(toKey(instance));
    const state = isGateState(row?.body) ? row.body : openGate;
    const known = { state, revision: row?.revision, readMs: nowMs() };
    knownByInstance.set(instance, known);
    return known;
  }

  async function write(instance: AutosysInstance, known: Known, state: GateState) {
    const expiresAt = new Date(nowMs() + keptMs);
    const row = { key: toKey(instance), body: state, expiresAt };
    const revision = await table.put(row, known.revision);
    if (revision === undefined) knownByInstance.delete(instance);
    else knownByInstance.set(instance, { state, revision, readMs: nowMs() });
    return revision !== undefined;
  }
}

function toKey(instance: AutosysInstance): string {
  return `gate ${instance}`;
}

/** A gate that other software wrote in another shape counts as open: the calls themselves will tell. */
function isGateState(body: unknown): body is GateState {
  return typeof body === 'object' && body !== null && 'format' in body && body.format === 1;
}
