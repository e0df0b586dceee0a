type Detail = Readonly<Record<string, unknown>>;

/** The fields of an event that describe a run. */
export interface WorkloadUpdate {
  readonly source: string;
  readonly detail: Detail;
}

/**
 * The runs that are known by their events alone. The status of a run is that of its newest event,
 * whether or not a rule matched the event.
 */
export class ObservedRuns {
  readonly #executions = new Map<string, Detail>();
  readonly #batchJobs = new Map<string, Detail>();

  /** Updates the status of a run. An older event has no effect. */
  put({ source, detail }: WorkloadUpdate): void {
    const { executionArn, jobId } = detail;
    if (source === 'aws.states' && typeof executionArn === 'string') {
      keepNewest(this.#executions, executionArn, detail);
    }
    if (source === 'aws.batch' && typeof jobId === 'string') {
      keepNewest(this.#batchJobs, jobId, detail);
    }
  }

  /** @param run execution ARN or Batch job id */
  forget(run: string): void {
    this.#executions.delete(run);
    this.#batchJobs.delete(run);
  }

  execution(executionArn: string): Detail | undefined {
    return this.#executions.get(executionArn);
  }

  batchJob(jobId: string): Detail | undefined {
    return this.#batchJobs.get(jobId);
  }
}

/** Events arrive in any order; the status in AWS does not go back. */
function keepNewest(known: Map<string, Detail>, run: string, detail: Detail): void {
  const before = known.get(run);
  if (before === undefined || rank(detail) >= rank(before)) known.set(run, detail);
}

/**
 * Rank of a status: each redrive or attempt ranks above the one before, and its end above its
 * start.
 */
function rank({ redriveCount, attempts, status }: Detail): number {
  const round = Array.isArray(attempts) ? attempts.length : Number(redriveCount ?? 0);
  const isOver = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'].includes(String(status));
  return round * 2 + (isOver ? 1 : 0);
}
