import type { AutosysEventKind } from '../../autosys/event.ts';
import type { AutosysInstance } from '../../autosys/names.ts';

/** What an AWS process can ask of AutoSys. */
export const requestActions = [
  'setGlobal',
  'sendEvent',
  'getGlobal',
  'jobStatus',
  'jobRuns',
  'runJob',
] as const;

export type RequestAction = (typeof requestActions)[number];

/**
 * How `runJob` gets a run to wait for.
 *
 * - `STARTJOB`, `FORCE_STARTJOB`: the bridge sends this event
 * - `join`: as `STARTJOB`; a run that is active already is awaited instead of refused
 * - `current`: the active run, or the next one if none is active; nothing is sent
 * - `next`: the run that begins next; nothing is sent
 */
export const jobStarts = ['STARTJOB', 'FORCE_STARTJOB', 'join', 'current', 'next'] as const;

export type JobStart = (typeof jobStarts)[number];

/**
 * One entry of `requests:`, compiled: what one group of callers in AWS may ask of one AutoSys
 * instance. The request function has an alias with the name of the entry.
 */
export interface RequestEntry {
  /** Key in `requests:`, and name of the alias. */
  readonly name: string;
  /** ARNs of the IAM roles that may invoke the alias. At least one, without path wildcards. */
  readonly roles: readonly string[];
  /**
   * ARNs of state machines. If there are any, the execution that a request names must belong to one
   * of them. The name is the caller's word; what IAM proves is the role.
   */
  readonly stateMachines: readonly string[];
  readonly instance: AutosysInstance;
  readonly actions: readonly RequestAction[];
  /** Events that `sendEvent` may send. Empty without that action. */
  readonly events: readonly AutosysEventKind[];
  /** Ways in which `runJob` may get a run. Empty without that action. */
  readonly starts: readonly JobStart[];
  /** Patterns of job names; `*` stands for any text. */
  readonly jobs: readonly string[];
  /** Patterns of global variables; `*` stands for any text. */
  readonly globals: readonly string[];
  /** Whether a request may have the job killed when its execution is aborted or times out. */
  readonly mayKill: boolean;
  /** Maximum number of requests a minute. A further one is refused with `AutoSys.TooManyRequests`. */
  readonly perMinute: number;
}
