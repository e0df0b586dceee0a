import type { PlannedTime } from '../planned-time.ts';
import type { NamedPlan } from '../plans.ts';
import type { InvokeStep } from './invoke-plan.ts';

/** The start of an execution, as a plan may depend on it. */
export interface ExecutionStart {
  readonly executionArn: string;
  readonly executionName: string;
  readonly stateMachineArn: string;
  /** JSON text. */
  readonly input: string;
  /** 0 for the first start. */
  readonly redriveCount: number;
}

/** The course of one execution. */
export interface ExecutionPlan {
  /** States in order. @default - one Wait state of a second */
  readonly steps?: readonly ExecutionStep[];
  /** TimeoutSeconds of the state machine, in milliseconds since start or redrive. @default - none */
  readonly timesOutAfterMs?: number;
  /** The end after the last step. @default - SUCCEEDED with the output `{}` */
  readonly end?: ExecutionEnd;
}

/** The end of an execution whose steps have all succeeded. */
export type ExecutionEnd =
  /** `output` is JSON text. @default `{}` */
  | {
      readonly status: 'SUCCEEDED';
      readonly output?: string;
      /** Name of a state of kind `invoke`, whose output it is. Not together with `output`. */
      readonly outputOf?: string;
    }
  /** A Fail state. */
  | { readonly status: 'FAILED'; readonly error?: string; readonly cause?: string }
  | { readonly status: 'TIMED_OUT' };

interface NamedState {
  /** Name of the state, 1 to 80 characters. */
  readonly state: string;
}

/** A Task state. */
interface TaskState extends NamedState {
  /** What the state machine does when the task fails: fail too, or catch it. @default 'fail' */
  readonly onFailure?: 'fail' | 'continue';
}

/** A `.sync` Task state, which waits for what it starts. */
interface SyncTask extends TaskState {
  /** Whether the task waits (`.sync`). @default true */
  readonly sync?: boolean;
  /**
   * Whether stopping the parent ends what the task has started; only with `sync`.
   * @default - the setting `syncChildrenStop`
   */
  readonly stopsWithParent?: boolean;
}

/** A Wait state. */
export interface PlannedWait extends NamedState {
  readonly kind: 'wait';
  readonly for: PlannedTime;
}

/** A Task state that invokes a Lambda function. */
export interface LambdaStep extends TaskState {
  readonly kind: 'lambda';
  readonly functionName: string;
  /** @default 1000 */
  readonly for?: PlannedTime;
  /** JSON text. @default `{}` */
  readonly output?: string;
  readonly fails?: { readonly error: string; readonly cause?: string };
  /** Lines in the log group of the function. @default - none */
  readonly logs?: readonly string[];
  /** `lambda:invoke`, or the ARN of the function as resource. @default 'invoke' */
  readonly integration?: 'invoke' | 'arn';
}

/** A Task state that starts another execution. */
export interface NestedStep extends SyncTask {
  readonly kind: 'startExecution';
  /** Name or ARN of a declared state machine. */
  readonly stateMachine: string;
  /** @default - a UUID */
  readonly executionName?: string;
  /** JSON text. @default `{}` */
  readonly input?: string;
}

/** A Task state that submits a Batch job. */
export interface BatchStep extends SyncTask {
  readonly kind: 'submitJob';
  readonly jobName: string;
  /** Name or ARN of a declared job queue. */
  readonly jobQueue: string;
  /** Name, name with revision, or ARN of a declared job definition. */
  readonly jobDefinition: string;
  /** @default - not an array */
  readonly arraySize?: number;
}

/** A Distributed Map state with Standard children, one item each. */
export interface DistributedMapStep extends TaskState {
  readonly kind: 'distributedMap';
  /** Label of the Map state, in the ARNs of its children. */
  readonly label: string;
  /** Number of items. */
  readonly items: number;
  /** Plan of the child of an item. @default - the default plan */
  readonly child?: (index: number, start: ExecutionStart) => ExecutionPlan;
  /** Children that run at the same time; 0 for all. @default 0 */
  readonly maxConcurrency?: number;
  /** Failed children that the Map Run tolerates. @default 0 */
  readonly toleratedFailureCount?: number;
  /** Whether stopping the parent ends the children. @default - the setting `syncChildrenStop` */
  readonly stopsWithParent?: boolean;
}

/** A Parallel state. */
export interface ParallelStep extends NamedState {
  readonly kind: 'parallel';
  readonly branches: readonly (readonly ExecutionStep[])[];
}

/** An inline Map state: iterations of one item each, all at the same time. */
export interface InlineMapStep extends NamedState {
  readonly kind: 'map';
  /** Number of items. `$$.Map.Item.Index` is the index of an iteration. */
  readonly items: number;
  readonly iteration: readonly ExecutionStep[];
}

/** One state of a planned execution. */
export type ExecutionStep =
  | PlannedWait
  | LambdaStep
  | NestedStep
  | BatchStep
  | DistributedMapStep
  | ParallelStep
  | InlineMapStep
  | InvokeStep;

/** The plans of a state machine. */
export type ExecutionPlans =
  | ExecutionPlan
  | readonly NamedPlan<ExecutionPlan>[]
  | ((start: ExecutionStart) => ExecutionPlan);

/** Runs a second and succeeds. */
export const defaultExecutionPlan: ExecutionPlan = {
  steps: [{ kind: 'wait', state: 'Work', for: 1_000 }],
};
