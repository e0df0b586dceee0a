import type { EndedRunResult } from '../../workload/run-result.ts';
import type { WorkloadStatus } from '../../workload/workload.ts';

/** The execution that a launch continues by RedriveExecution, instead of starting a new one. */
export interface ContinuedRun {
  /** Row key of the launch whose run it is so far. */
  readonly launch: string;
  /** Name of that launch. */
  readonly name: string;
  /** Execution ARN. A redrive keeps it. */
  readonly id: string;
  readonly beganMs: number;
  /** `redriveCount` of the execution after this redrive, 1 or more. */
  readonly redrive: number;
  /** The end after which it is continued. */
  readonly ended: { readonly status: WorkloadStatus; readonly atMs: number };
  /** What follows if AWS refuses the redrive: a new execution, or nothing. */
  readonly orElse: 'start' | 'nothing';
}

/** The launch that continues the execution of another one, in the row of that other one. */
export interface Continuation {
  /** Row key and name of the launch that continues it. */
  readonly launch: string;
  readonly name: string;
  /** From this `redriveCount` on, the execution belongs to that launch. */
  readonly redrive: number;
  /** How the run had ended, since the run row shows the redrive from then on. */
  readonly end: {
    readonly status: WorkloadStatus;
    readonly atMs: number;
    readonly result?: EndedRunResult;
  };
}

/** What a new launch does with an earlier run: it continues that, or starts another one. */
export type EarlierRun = {
  /** For the history. @default - no line */
  readonly text?: string;
  /** JSON text in place of the input of the target: that of the earlier run. */
  readonly input?: string;
} & ({ readonly kind: 'continue'; readonly continues: ContinuedRun } | { readonly kind: 'start' });
