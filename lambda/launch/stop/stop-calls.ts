import type { DescribeBatchJobs, DescribeExecution, NoAnswer } from '../../aws/lookup.ts';
import type {
  DescribeMapRun,
  ListArrayChildren,
  ListMapChildren,
  ListMapRuns,
  ReadDefinition,
  ReadExecutionHistory,
  StopExecution,
  TerminateBatchJob,
} from '../../aws/stop-result.ts';
import type { Run } from '../../ledger/run.ts';
import type { Home } from '../../routing/routes.ts';
import type { LaunchTarget } from '../../routing/targets.ts';
import type { Launch } from '../launch.ts';
import type { LaunchStop } from './stop-record.ts';

/** The AWS calls of a stop. None of them rejects. */
export interface StopCalls {
  readonly stopExecution: StopExecution;
  readonly readHistory: ReadExecutionHistory;
  readonly listMapRuns: ListMapRuns;
  readonly listMapChildren: ListMapChildren;
  readonly describeMapRun: DescribeMapRun;
  readonly readDefinition: ReadDefinition;
  readonly terminateJob: TerminateBatchJob;
  readonly listArrayChildren: ListArrayChildren;
  readonly describeExecution: DescribeExecution;
  readonly describeBatchJobs: DescribeBatchJobs;
}

/**
 * Makes a call of AWS when the rate allows it. If the time is over, the call is not made and the
 * answer is `unavailable`.
 */
export type PaceCall = <Answer extends { readonly kind: string }>(
  makeCall: () => Promise<Answer | NoAnswer>,
) => Promise<Answer | NoAnswer>;

export interface StopStepDeps {
  readonly calls: StopCalls;
  readonly home: Home;
  readonly now: () => Date;
}

/** What a step works on. */
export interface StopStepWork {
  readonly launch: Launch;
  readonly stop: LaunchStop;
  /** `undefined` if it is no longer in the route file. */
  readonly target: LaunchTarget | undefined;
  /** Row of the run. */
  readonly run: Run | undefined;
  readonly pace: PaceCall;
  readonly signal: AbortSignal;
}

/** What looking at a part of the tree needs, and stopping it. */
export type StopNodeFacts = StopStepDeps & StopStepWork;
