import type { Instance } from '../../../emulator/instance.ts';
import { waitingJobByVariable } from '../jobs.ts';

/** The sender of an event. */
export interface Sender {
  /** Name of the instance in the configuration of the sender. */
  readonly configuredName: string;
  /** When the event left the sender, in milliseconds. */
  readonly sentMs: number;
}

/**
 * One SET_GLOBAL that the scheduler processed, also when it did not change the value; or a restore.
 */
export interface VariableUpdate {
  readonly variable: string;
  /** Absent when the variable was removed. */
  readonly value?: string;
  readonly atMs: number;
  /** Absent when an operator or a restore set it. */
  readonly sender?: Sender;
  /** Present when a restore of the database set it. */
  readonly isRestored?: true;
  /** True when it started the job that waits for the variable. */
  readonly hasStartedJob: boolean;
}

/** Records every update of the variables of one AutoSys, and whether it started the waiting job. */
export class VariableUpdateLog {
  readonly updates: VariableUpdate[] = [];
  /**
   * Senders of updates that were accepted and not yet processed, in order, by variable and value.
   */
  readonly #accepted = new Map<string, Sender[]>();

  constructor(instance: Instance) {
    instance.onChange(({ kind, at, globalVariable, value, job, because }) => {
      if (kind === 'globalVariable' && globalVariable !== undefined) {
        const sender = this.#accepted.get(toKey(globalVariable, value))?.shift();
        this.updates.push({
          variable: globalVariable,
          ...(value !== undefined && { value }),
          atMs: at.getTime(),
          ...(sender && { sender }),
          ...(because === 'restored' && { isRestored: true }),
          hasStartedJob: false,
        });
      }
      if (kind === 'start') this.#recordStart(job);
    });
  }

  /** Records that AutoSys accepted an event of the bridge. */
  recordAccepted(variable: string, value: string, sender: Sender): void {
    const key = toKey(variable, value);
    this.#accepted.set(key, [...(this.#accepted.get(key) ?? []), sender]);
  }

  /** Records that the newest update started the job. */
  #recordStart(job: string | undefined): void {
    const last = this.updates.at(-1);
    if (last === undefined || waitingJobByVariable[last.variable] !== job) return;
    this.updates[this.updates.length - 1] = { ...last, hasStartedJob: true };
  }
}

function toKey(variable: string, value: string | undefined): string {
  return `${variable} ${value}`;
}
