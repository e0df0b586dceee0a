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

/** Why a start is considered. `because` goes into the log: what happened just before. */
export interface Trigger {
  readonly kind: 'condition' | 'tick' | 'startJob' | 'box' | 'offHold' | 'window' | 'machine';
  readonly because: string;
}

/** What an agent tells the scheduler of a try. */
export type Report =
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'bypassed' };

/** Something the engine must decide about. */
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

/** What a decision asks to be done; the scheduler carries it out in order. */
export type SchedulerEffect =
  | {
      readonly kind: 'record';
      readonly job: JobName;
      readonly patch: RecordPatch;
      readonly because: string;
      /** Printed under the status in the event log. */
      readonly text?: string;
      /** The status is passed through and wakes nobody. */
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
  | { readonly kind: 'kill'; readonly of: Try }
  | { readonly kind: 'delete'; readonly job: JobName }
  /** Said of the event in hand: why nothing, or less than expected, came of it. */
  | { readonly kind: 'note'; readonly text: string; readonly refused?: true }
  | { readonly kind: 'then'; readonly signal: Signal }
  | { readonly kind: 'later'; readonly signal: Signal; readonly at: Date };

/** What a decision may look at; it changes nothing. */
export interface View {
  readonly name: AutosysInstance;
  readonly timezone: string;
  readonly sameValueTriggers: boolean;
  readonly forceStartsHeld: boolean;
  /** The number the next run gets. */
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
  /** Whether a condition of the job holds now. */
  holds(condition: Condition, record: JobRecord, now: Date): boolean;
}
