import type { Instance } from '../../../emulator/instance.ts';
import { waitingJobByVariable } from '../jobs.ts';

/** Who sent an event. */
export interface Sender {
  /** The name of the instance in the configuration of the sender. */
  readonly via: string;
  /** When the event left the sender. */
  readonly leftMs: number;
}

/** One change of a variable, or a setting to the value that it had, as the scheduler processed it. */
export interface Setting {
  readonly variable: string;
  /** Absent where the variable was removed. */
  readonly value?: string;
  readonly atMs: number;
  /** Absent where a person set it or a restore did. */
  readonly sender?: Sender;
  /** A restore of the database set it. */
  readonly isRestored?: true;
  /** Whether the job that waits for the variable started. */
  readonly hasStartedJob: boolean;
}

/** Records every setting of the variables of one AutoSys, with what it started. */
export class SettingLog {
  readonly settings: Setting[] = [];
  /** What was accepted and not yet processed, in order, by variable and value. */
  readonly #accepted = new Map<string, Sender[]>();

  constructor(instance: Instance) {
    instance.onChange(({ kind, at, globalVariable, value, job, because }) => {
      if (kind === 'globalVariable' && globalVariable !== undefined) {
        const sender = this.#accepted.get(toKey(globalVariable, value))?.shift();
        this.settings.push({
          variable: globalVariable,
          ...(value !== undefined && { value }),
          atMs: at.getTime(),
          ...(sender && { sender }),
          ...(because === 'restored' && { isRestored: true }),
          hasStartedJob: false,
        });
      }
      if (kind === 'start') this.#start(job);
    });
  }

  /** An event of the bridge was accepted. */
  accepted(variable: string, value: string, sender: Sender): void {
    const key = toKey(variable, value);
    this.#accepted.set(key, [...(this.#accepted.get(key) ?? []), sender]);
  }

  /** The job starts by the setting that was processed just now. */
  #start(job: string | undefined): void {
    const last = this.settings.at(-1);
    if (last === undefined || waitingJobByVariable[last.variable] !== job) return;
    this.settings[this.settings.length - 1] = { ...last, hasStartedJob: true };
  }
}

function toKey(variable: string, value: string | undefined): string {
  return `${variable} ${value}`;
}
