import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { toWorkloadArn, type WorkloadLocation } from '../arns.ts';
import type { EmitStatusChange } from '../event-emission.ts';
import type { LocalLogStreams } from '../logs/log-streams.ts';
import { waitForPlanned } from '../planned-time.ts';
import { choosePlan } from '../plans.ts';
import { RecordStore } from '../record-store.ts';
import { runAttempts } from './attempts.ts';
import {
  type BatchJobRecord,
  isJobOver,
  type PlannedBatchStatus,
  plannedBatchStatuses,
  type SubmittedJob,
} from './batch-job.ts';
import { toJobStatusChange } from './job-detail.ts';
import type { BatchJobPlan } from './plan.ts';

interface BatchJobsDeps {
  readonly clock: LocalClock;
  readonly location: WorkloadLocation;
  readonly emit: EmitStatusChange;
  readonly logs: LocalLogStreams;
}

/** What exists once per job. */
interface JobRun {
  readonly controller: AbortController;
  readonly onEnd: Set<(record: BatchJobRecord) => void>;
  /** Children by status; undefined until an array has children. */
  counts?: Record<PlannedBatchStatus, number>;
  /** Undefined until it is chosen, once. */
  plan?: BatchJobPlan;
}

/** The planned Batch jobs: their course on the local clock, and that of the children of arrays. */
export class PlannedBatchJobs {
  readonly #deps: BatchJobsDeps;
  readonly #records: RecordStore<BatchJobRecord>;
  readonly #runs = new Map<string, JobRun>();

  constructor(deps: BatchJobsDeps) {
    this.#deps = deps;
    this.#records = new RecordStore(deps.clock);
  }

  find(jobId: string, lagMs = 0): BatchJobRecord | undefined {
    const record = this.#records.find(jobId, lagMs);
    return record && this.#summarize(record);
  }

  /** All jobs, in the order of their creation. */
  list(lagMs = 0): readonly BatchJobRecord[] {
    return this.#records.list(lagMs).map((record) => this.#summarize(record));
  }

  /** The children of an array that exist by now. */
  childrenOf(jobId: string): readonly BatchJobRecord[] {
    const size = this.find(jobId)?.submitted.arraySize ?? 0;
    return Array.from({ length: size }, (_, at) => this.find(`${jobId}:${at}`)).filter(
      (child) => child !== undefined,
    );
  }

  /** Submits a job. Two calls make two jobs. */
  submit(submitted: SubmittedJob): BatchJobRecord {
    const jobId = randomUUID();
    const { runs } = submitted.definition.declaration;
    return this.#create({ jobId, submitted, plans: runs, status: 'SUBMITTED' });
  }

  /** Changes a job. A new status is emitted, apart from those that AWS does not emit. */
  update(jobId: string, change: Partial<BatchJobRecord>): BatchJobRecord {
    const before = this.#get(jobId);
    const record = { ...before, ...change };
    this.#records.put(jobId, record);
    if (record.status === before.status) return record;
    if (isEmitted(record)) this.#deps.emit(toJobStatusChange(this.#summarize(record)));
    if (record.parentId !== undefined) this.#count(record.parentId, before.status, record.status);
    if (isJobOver(record)) for (const listener of this.#toRun(jobId).onEnd) listener(record);
    return record;
  }

  /** Ends the course of a job. Its record stays as it is. */
  halt(jobId: string): void {
    this.#toRun(jobId).controller.abort(new Error('halted'));
  }

  /** The plan of a job, chosen when it is first needed. */
  planOf({ plans, submitted, jobId, arrayIndex }: BatchJobRecord): BatchJobPlan {
    const run = this.#toRun(jobId);
    if (run.plan !== undefined) return run.plan;
    const { jobName, queue, definition, parameters, overrides, tags } = submitted;
    const start = {
      ...{ jobId, jobName, jobQueue: queue.arn, jobDefinition: definition.arn },
      ...{ arrayIndex, parameters, overrides, tags },
    };
    const plan = choosePlan(plans, { start, name: jobName, otherwise: {} });
    run.plan = plan.children?.[arrayIndex ?? -1] ?? plan;
    return run.plan;
  }

  /** Resolves when the job ends, or at once if it has ended. */
  ended(jobId: string): Promise<BatchJobRecord> {
    const record = this.#get(jobId);
    if (isJobOver(record)) return Promise.resolve(record);
    return new Promise((resolve) => this.#toRun(jobId).onEnd.add(resolve));
  }

  /** Deletes a job. Its course ends without an event. */
  forget(jobId: string): void {
    this.#runs.get(jobId)?.controller.abort(new Error('deleted'));
    this.#runs.delete(jobId);
    this.#records.delete(jobId);
  }

  /** Ends every course without an event. */
  close(): void {
    for (const { controller } of this.#runs.values()) controller.abort(new Error('closed'));
  }

  #create(
    job: Pick<BatchJobRecord, 'jobId' | 'submitted' | 'plans' | 'status'> &
      Partial<Pick<BatchJobRecord, 'arrayIndex' | 'parentId'>>,
  ): BatchJobRecord {
    const { clock, location } = this.#deps;
    const jobArn = toWorkloadArn('batch', location, `job/${job.jobId}`);
    const record = { ...job, jobArn, createdAt: clock.now(), attempts: [] };
    const onEnd: JobRun['onEnd'] = new Set();
    const run = { controller: new AbortController(), onEnd };
    this.#runs.set(job.jobId, run);
    this.#records.put(job.jobId, record);
    void this.#drive(record, run.controller.signal);
    return record;
  }

  async #drive({ jobId }: BatchJobRecord, signal: AbortSignal): Promise<void> {
    const { clock, location, logs } = this.#deps;
    try {
      await waitForPlanned(0, clock, signal);
      const isFree = await this.#awaitDependencies(this.#get(jobId), signal);
      const record = this.#get(jobId);
      if (record.isCancelled || !isFree) {
        const statusReason = record.isCancelled ? record.statusReason : 'Dependent Job failed';
        this.update(jobId, { status: 'FAILED', statusReason, stoppedAt: clock.now() });
      } else if (record.submitted.arraySize !== undefined) {
        this.#spawn(record, record.submitted.arraySize);
      } else {
        const update = (change: Partial<BatchJobRecord>) => this.update(jobId, change);
        await runAttempts(this.planOf(record), { clock, location, logs, signal, update });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Waits in PENDING. @returns whether every dependency has succeeded */
  async #awaitDependencies(record: BatchJobRecord, signal: AbortSignal): Promise<boolean> {
    const ids = toAwaited(record);
    if (ids.length === 0) return true;
    if (record.status === 'SUBMITTED') this.update(record.jobId, { status: 'PENDING' });
    const ended = Promise.all(ids.map((id) => this.ended(id)));
    await waitForPlanned(ended, this.#deps.clock, signal);
    return (await ended).every(({ status }) => status === 'SUCCEEDED');
  }

  #spawn({ jobId, submitted, plans }: BatchJobRecord, size: number): void {
    const none = Object.fromEntries(plannedBatchStatuses.map((status) => [status, 0]));
    const counts = none as Record<PlannedBatchStatus, number>;
    this.#toRun(jobId).counts = { ...counts, PENDING: size };
    for (let arrayIndex = 0; arrayIndex < size; arrayIndex += 1) {
      const child = { jobId: `${jobId}:${arrayIndex}`, parentId: jobId, arrayIndex };
      const single = { ...submitted, arraySize: undefined };
      this.#create({ ...child, submitted: single, plans, status: 'PENDING' });
    }
  }

  /** Counts the new status of a child. The parent follows its children. */
  #count(parentId: string, from: PlannedBatchStatus, to: PlannedBatchStatus): void {
    const counts = this.#runs.get(parentId)?.counts;
    if (counts === undefined) return;
    counts[from] -= 1;
    counts[to] += 1;
    const parent = this.#get(parentId);
    const summarizedAt = this.#deps.clock.now();
    if (counts.SUCCEEDED + counts.FAILED === parent.submitted.arraySize) {
      const failed = parent.statusReason ?? 'Array Child Job failed';
      const end =
        counts.FAILED > 0
          ? ({ status: 'FAILED', statusReason: failed } as const)
          : ({ status: 'SUCCEEDED', statusReason: undefined } as const);
      this.update(parentId, { ...end, stoppedAt: summarizedAt, summarizedAt });
    } else if (to === 'RUNNABLE' && parent.status === 'SUBMITTED') {
      this.update(parentId, { status: 'PENDING', summarizedAt });
    }
  }

  #summarize(record: BatchJobRecord): BatchJobRecord {
    if (record.submitted.arraySize === undefined) return record;
    const { counts } = this.#toRun(record.jobId);
    return {
      ...record,
      statusSummary: { ...counts },
      summarizedAt: record.summarizedAt ?? record.createdAt,
    };
  }

  #get(jobId: string): BatchJobRecord {
    const record = this.#records.find(jobId);
    if (record === undefined) throw new Error(`unknown Batch job ${jobId}`);
    return record;
  }

  #toRun(jobId: string): JobRun {
    const run = this.#runs.get(jobId);
    if (run === undefined) throw new Error(`unknown Batch job ${jobId}`);
    return run;
  }
}

/** The jobs that must have succeeded before this one: those of the array, or those of the child. */
function toAwaited({ submitted, parentId, arrayIndex = 0 }: BatchJobRecord): readonly string[] {
  return submitted.dependsOn.flatMap(({ jobId, type }) => {
    if (parentId === undefined) return jobId !== undefined && type === undefined ? [jobId] : [];
    if (type === 'SEQUENTIAL') return arrayIndex > 0 ? [`${parentId}:${arrayIndex - 1}`] : [];
    return type === 'N_TO_N' ? [`${jobId}:${arrayIndex}`] : [];
  });
}

/** No event for the submission; an array emits only PENDING and its end (Batch user guide). */
function isEmitted({ status, submitted }: BatchJobRecord): boolean {
  if (submitted.arraySize === undefined) return status !== 'SUBMITTED';
  return ['PENDING', 'SUCCEEDED', 'FAILED'].includes(status);
}
