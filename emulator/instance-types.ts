import type { GlobalColumns } from '../autosys/autorep/index.ts';
import type { AutosysEvent } from '../autosys/event.ts';
import type { AutosysInstance, GlobalName, JobName } from '../autosys/names.ts';
import type { Problem } from '../autosys/source.ts';
import type { JobStatus } from '../autosys/status.ts';
import type { Clock } from './clock.ts';
import type { RunTable } from './pretended-command.ts';

/** What one embedded AutoSys installation is made of. */
export interface InstanceOptions {
  readonly name: AutosysInstance;
  readonly clock: Clock;
  /** The scheduler's timezone, an IANA name. @default UTC */
  readonly timezone?: string;
  /** From the acceptance of an event to its effect (facts: up to about a second). @default 200 */
  readonly eventDelayMs?: number;
  /** Whether SET_GLOBAL to the value it has wakes the jobs again (unproven). @default true */
  readonly sameValueTriggers?: boolean;
  /** Whether FORCE_STARTJOB starts a held or iced job (not established). @default true */
  readonly forceStartsHeld?: boolean;
  /**
   * Whether a global variable is shown without the blanks at the end of its value, as a release may that pads its columns
   * (inferred). Conditions still read the value as it was set.
   *
   * @default false
   */
  readonly showsTrimmedValues?: boolean;
  /** How wide the columns of `autorep -G ALL` are (not known of any release). @default 'growing' */
  readonly globalColumns?: GlobalColumns;
  /** How pretended runs of named jobs go. @default - what the command says, see agent.ts */
  readonly runs?: RunTable;
}

/** SET_GLOBAL with the reserved word that removes the variable (inferred); no checked value can be it. */
export interface DeleteGlobalEvent {
  readonly kind: 'SET_GLOBAL';
  readonly globalVariable: GlobalName;
  readonly value: 'DELETE';
}

/** What may be queued: everything sendevent sends. */
export type QueuedEvent = AutosysEvent | DeleteGlobalEvent;

/** How an event is queued. */
export interface QueueEventOptions {
  /** Process it at this instant rather than now (`-T`). */
  readonly at?: Date;
  /** Who sent it, for the log. */
  readonly user?: string;
  /** Instead of queueing: cancel the last event of this kind and target that is not yet processed (`-U`). */
  readonly unsend?: boolean;
}

/** A global variable's present value. */
export interface GlobalValueRecord {
  readonly value: string;
  readonly changedAt: Date;
}

/** A real machine jobs run on. */
export interface MachineRecord {
  readonly name: string;
  readonly status: 'Online' | 'Offline';
  /** Jobs in STARTING or RUNNING there. */
  readonly running: number;
}

/** What `jil` says to a text: its printed lines, and each fault with its place. */
export interface JilOutcome {
  /** Whether every statement was carried out. */
  readonly ok: boolean;
  /** As `jil` prints them, one line each. */
  readonly messages: readonly string[];
  readonly problems: readonly Problem[];
}

/** One thing that happened, for a timeline: what, to whom, and why. */
export interface InstanceChange {
  readonly at: Date;
  readonly kind: 'status' | 'start' | 'globalVariable' | 'event' | 'definition';
  readonly job?: JobName;
  readonly status?: JobStatus;
  readonly globalVariable?: GlobalName;
  /** Absent where the variable was removed. */
  readonly value?: string;
  /** In words: the condition that held, the event that came, the exit code. */
  readonly because: string;
}
