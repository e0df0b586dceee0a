/** The cost of waiting for AWS. */
export interface WaitTimes {
  /** Per run, the time from its end on AWS to the start of the AutoSys job that waits for it. */
  readonly lateMs: readonly number[];
  /** Calls of Step Functions, without the call that starts the run. */
  readonly callsPerRun: number;
  /** Occupied time on an agent. */
  readonly agentSecondsPerRun: number;
  /** Runs whose script gets an error of the AWS CLI. */
  readonly failedRuns: number;
}
