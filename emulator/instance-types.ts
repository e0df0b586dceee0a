import type { GlobalColumns } from '../autosys/autorep/index.ts';
import type { AutosysEvent } from '../autosys/event.ts';
import type { AutosysInstance, GlobalName, JobName } from '../autosys/names.ts';
import type { Problem } from '../autosys/source.ts';
import type { JobStatus } from '../autosys/status.ts';
import type { Clock } from './clock.ts';
import type { ExecuteOptions } from './executing/settings.ts';
import type { RunTable } from './simulated-command.ts';

/** Settings of one embedded AutoSys installation. */
export interface InstanceOptions {
  readonly name: AutosysInstance;
  readonly clock: Clock;
  /** The scheduler's timezone, an IANA name. @default UTC */
  readonly timezone?: string;
  /**
   * Delay from the acceptance of an event to its effect (documented: up to about a second).
   *
   * @default 200
   */
  readonly eventDelayMs?: number;
  /**
   * Whether SET_GLOBAL with the present value evaluates the jobs again (unproven). @default true
   */
  readonly sameValueTriggers?: boolean;
  /** Whether FORCE_STARTJOB starts a held or iced job (not established). @default true */
  readonly forceStartsHeld?: boolean;
  /**
   * Time from the failure of a try to the next try of the run, in milliseconds. No source states a
   * number; `MaxRestartWait` is 300 s by default.
   *
   * @default 1000
   */
  readonly retryDelayMs?: number;
  /** Status of a job during that time (documented: RESTART; before it, FAILURE). @default 'RESTART' */
  readonly retriesShow?: 'RESTART' | 'FAILURE';
  /**
   * Whether trailing blanks of a global variable's value are not shown, as by a release that pads
   * its columns (inferred). Conditions still read the value as it was set.
   *
   * @default false
   */
  readonly showsTrimmedValues?: boolean;
  /** Column widths of `autorep -G ALL` (not known for any release). @default 'growing' */
  readonly globalColumns?: GlobalColumns;
  /** Simulated runs of named jobs. @default - derived from the command, see simulated-command.ts */
  readonly runs?: RunTable;
  /**
   * Executes the CMD jobs of named machines on this host. @default - nothing is executed, every run
   * is simulated
   */
  readonly execute?: ExecuteOptions;
}

/**
 * SET_GLOBAL with the reserved word that removes the variable (inferred). `parseGlobalValue`
 * rejects this word.
 */
export interface DeleteGlobalEvent {
  readonly kind: 'SET_GLOBAL';
  readonly globalVariable: GlobalName;
  readonly value: 'DELETE';
}

/** An event that may be queued: every event that sendevent sends. */
export type QueuedEvent = AutosysEvent | DeleteGlobalEvent;

/** Options for queueing an event. */
export interface QueueEventOptions {
  /** Process it at this instant instead of now (`-T`). */
  readonly at?: Date;
  /** The sender, for the log. */
  readonly user?: string;
  /** Instead of queueing: cancel the last unprocessed event of this kind and target (`-U`). */
  readonly unsend?: boolean;
}

/** The present value of a global variable. */
export interface GlobalValueRecord {
  readonly value: string;
  readonly changedAt: Date;
}

/** A real machine that jobs run on. */
export interface MachineRecord {
  readonly name: string;
  readonly status: 'Online' | 'Offline';
  /** Number of jobs in STARTING or RUNNING on the machine. */
  readonly running: number;
}

/** The output of `jil` for a text: its printed lines, and each problem with its position. */
export interface JilOutcome {
  /** True when every statement was executed. */
  readonly ok: boolean;
  /** As `jil` prints them, one line each. */
  readonly messages: readonly string[];
  readonly problems: readonly Problem[];
}

/** One change in the instance, for a timeline: what changed, on which object, and why. */
export interface InstanceChange {
  readonly at: Date;
  readonly kind: 'status' | 'start' | 'globalVariable' | 'event' | 'definition';
  readonly job?: JobName;
  readonly status?: JobStatus;
  readonly globalVariable?: GlobalName;
  /** Undefined if the variable was removed. */
  readonly value?: string;
  /** The reason in words: the condition that held, the event that was processed, the exit code. */
  readonly because: string;
}
