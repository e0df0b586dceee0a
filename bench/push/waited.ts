/** What waiting for AWS came to. */
export interface WaitTimes {
  /** For each run, from its end on AWS to the start of the AutoSys job that waits for it. */
  readonly lateMs: readonly number[];
  /** Of Step Functions, beside the one that starts the run. */
  readonly callsPerRun: number;
  /** Places on an agent. */
  readonly heldSecondsPerRun: number;
  /** Runs whose script meets an error of the AWS CLI. */
  readonly diedRuns: number;
}
