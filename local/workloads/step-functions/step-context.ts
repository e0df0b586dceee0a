import type { LocalClock } from '../../clock.ts';
import type { InvokeFunction } from '../../invocation.ts';
import type { WorkloadLocation } from '../arns.ts';
import type { ExecutionRecord } from './execution.ts';
import type { ExecutionHistory, ExecutionHistoryEvent } from './history.ts';
import type { PlannedMapRuns } from './map-runs.ts';
import type { ExecutionPlan, ExecutionStart } from './plan.ts';
import type { TaskTokens } from './task-tokens.ts';

/** The error of a failed step, which the execution ends with unless a state catches it. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  /** Error name of the Amazon States Language, such as `States.TaskFailed`. */
  readonly error: string;
  readonly failureCause: string | undefined;

  constructor(error: string, failureCause: string | undefined) {
    super(error);
    this.error = error;
    this.failureCause = failureCause;
  }
}

/** The end of what a `.sync` task has started. */
export interface StartedChildEnd {
  readonly isSuccessful: boolean;
  /** JSON text: the described child, with the keys of Step Functions. */
  readonly output: string;
}

/** Something that a task has started. */
export interface StartedChild {
  /** The API response of the start as JSON text, with the keys of Step Functions. */
  readonly response: string;
  /** Resolves when the child ends. */
  ended(): Promise<StartedChildEnd>;
  /** Stops the child because its parent was stopped. */
  stop(): void;
}

/** The services that the states of an execution call. */
export interface StepPorts {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  readonly mapRuns: PlannedMapRuns;
  readonly taskTokens: TaskTokens;
  /** The setting for `.sync` tasks that do not say it themselves. */
  readonly syncChildrenStop: () => boolean;
  /** @throws {ServiceRefusal} as StartExecution does */
  startExecution(child: {
    readonly parent: ExecutionRecord;
    readonly stateMachine: string;
    readonly executionName: string | undefined;
    readonly input: string;
  }): StartedChild;
  /** @throws {ServiceRefusal} as SubmitJob does */
  submitJob(child: {
    readonly parent: ExecutionRecord;
    readonly jobName: string;
    readonly jobQueue: string;
    readonly jobDefinition: string;
    readonly arraySize: number | undefined;
  }): StartedChild;
  /** Starts the child of a Map Run, or redrives it if it exists. */
  runMapChild(child: {
    readonly parent: ExecutionRecord;
    readonly mapRunArn: string;
    readonly stateMachineArn: string;
    /** Undefined to start a new one. */
    readonly childArn: string | undefined;
    readonly plan: (start: ExecutionStart) => ExecutionPlan;
  }): { readonly childArn: string } & StartedChild;
  /** Invokes a function of the embedded Lambda. */
  readonly invokeFunction: InvokeFunction;
  /** Writes the log lines of a Lambda function. */
  writeLambdaLog(functionName: string, lines: readonly string[]): void;
}

/** What the steps of one branch share. */
export interface StepContext {
  readonly ports: StepPorts;
  readonly execution: ExecutionRecord;
  readonly history: ExecutionHistory;
  /** Aborted when the execution is stopped, or when another branch has failed. */
  readonly signal: AbortSignal;
  /** Position of the branch in the plan, such as `2.0`. */
  readonly path: string;
  /** Paths of the steps that have succeeded; a redrive skips them. */
  readonly succeeded: Set<string>;
  /** Map Runs by the path of their state; a redrive continues them. */
  readonly mapRunByPath: Map<string, string>;
  /** Outputs of the states of kind `invoke`, by their name. */
  readonly results: Map<string, string>;
  /** Index of the iteration of an inline Map state. @default - not inside of one */
  readonly mapItem?: number;
  /** The newest event of this branch. */
  readonly cursor: { eventId: number };
}

/** Adds an event after the newest one of the branch. */
export function appendEvent(
  { history, cursor }: StepContext,
  type: string,
  details?: ExecutionHistoryEvent['details'],
): void {
  cursor.eventId = history.append(type, cursor.eventId, details);
}

/** Details of data that is complete. */
export const completeData = { truncated: false };
