import type { Condition } from '../../autosys/condition/index.ts';
import type { AutosysInstance, GlobalName, JobName, MachineName } from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import type { GlobalValueRecord, MachineRecord, QueuedEvent } from '../instance-types.ts';
import type { JobRecord, RecordPatch } from '../record.ts';

/** One try of one job. */
export interface Try {
  readonly job: JobName;
  readonly run: number;
  readonly try: number;
}

/** Why a start is considered. `because` is logged: the preceding change. */
export interface Trigger {
  readonly kind: 'condition' | 'tick' | 'startJob' | 'box' | 'offHold' | 'window' | 'machine';
  readonly because: string;
}

/** An agent's report to the scheduler about a try. */
export type Report =
  /** `text` is printed in the event log after the name of the machine. */
  | { readonly kind: 'running'; readonly text?: string }
  | { readonly kind: 'ended'; readonly exitCode: number }
  /** The process was ended by a signal that no KILLJOB sent. */
  | { readonly kind: 'aborted'; readonly signal: number }
  /** The agent could not start the command; `exitCode` is the agent's own. */
  | { readonly kind: 'notStarted'; readonly exitCode: number; readonly text: string }
  | { readonly kind: 'bypassed' };

/** An input of the engine. */
export type Signal =
  | { readonly kind: 'sent'; readonly event: QueuedEvent }
  | { readonly kind: 'consider'; readonly job: JobName; readonly trigger: Trigger }
  | { readonly kind: 'reported'; readonly of: Try; readonly report: Report }
  | { readonly kind: 'retry'; readonly of: Try }
  | { readonly kind: 'overran'; readonly of: Try }
  | { readonly kind: 'settle'; readonly box: JobName }
  | {
      readonly kind: 'changed';
      readonly job: JobName;
      readonly from: JobStatus;
      readonly to: JobStatus;
    };

/** A result of the engine; the scheduler executes the effects in order. */
export type SchedulerEffect =
  | {
      readonly kind: 'record';
      readonly job: JobName;
      readonly patch: RecordPatch;
      readonly because: string;
      /** Printed under the status in the event log. */
      readonly text?: string;
      /** The status is only intermediate and wakes no job. */
      readonly passing?: true;
    }
  | {
      readonly kind: 'globalVariable';
      readonly name: GlobalName;
      /** `undefined` removes it. */
      readonly value: string | undefined;
      readonly because: string;
    }
  | {
      readonly kind: 'machine';
      readonly name: MachineName;
      readonly status: MachineRecord['status'];
    }
  | { readonly kind: 'alarm'; readonly name: string; readonly of: Try; readonly text: string }
  | { readonly kind: 'begin'; readonly of: Try; readonly bypass: boolean }
  /** `signals` of `sendevent -K`. @default - those of the agent */
  | { readonly kind: 'kill'; readonly of: Try; readonly signals?: string }
  | { readonly kind: 'signal'; readonly of: Try; readonly signals: string }
  | { readonly kind: 'delete'; readonly job: JobName }
  /** A note about the event: why it had no effect, or less than expected. */
  | { readonly kind: 'note'; readonly text: string; readonly refused?: true }
  | { readonly kind: 'then'; readonly signal: Signal }
  | { readonly kind: 'later'; readonly signal: Signal; readonly at: Date };

/** The state that the engine may read; read-only. */
export interface View {
  readonly name: AutosysInstance;
  readonly timezone: string;
  readonly sameValueTriggers: boolean;
  readonly forceStartsHeld: boolean;
  /** Time from the failure of a try to the next try of the run, in milliseconds. */
  readonly retryDelayMs: number;
  /** Status of a job during that time. */
  readonly retriesShow: 'RESTART' | 'FAILURE';
  /** The number of the next run. */
  readonly nextRun: number;
  job(name: string): JobRecord | undefined;
  /** The jobs directly in the box, in the order of their definition. */
  members(box: string): readonly JobRecord[];
  /** Jobs whose starting condition names the job. */
  waitersOnJob(name: string): Iterable<JobName>;
  waitersOnGlobalVariable(name: string): Iterable<JobName>;
  globalVariable(name: string): GlobalValueRecord | undefined;
  machineStatus(name: string): MachineRecord['status'] | undefined;
  /** Jobs in PEND_MACH for the machine. */
  pendingOn(machine: string): readonly JobRecord[];
  /** True when a condition of the job holds now. */
  holds(condition: Condition, record: JobRecord, now: Date): boolean;
}
