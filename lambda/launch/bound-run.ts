/** The run in AWS that a launch started. */
export interface BoundRun {
  /** Execution ARN or Batch job id. */
  readonly id: string;
  /** Start of the execution, or submission of the Batch job. */
  readonly beganMs: number;
  /** `redriveCount` with which an execution that is continued belongs to the launch. @default 0 */
  readonly redrive?: number;
  readonly redrivenMs?: number;
}
