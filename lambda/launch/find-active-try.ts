import { JobNotFoundError } from '../../autosys/errors.ts';
import {
  type AutosysInstance,
  type JobName,
  parseAutosysInstance,
  parseJobName,
} from '../../autosys/names.ts';
import type { JobStatus } from '../../autosys/status.ts';
import { describeError } from '../errors.ts';
import { nothingStarted } from './api.ts';
import { ApiError, toNotAvailable } from './api-error.ts';
import type { PermittedStart } from './check-start.ts';
import type { JobTry, LaunchIdentity } from './run-name.ts';

/** Which run and try of a job is active in AutoSys. */
export type FindActiveTry = (
  job: { readonly instance: string; readonly job: string },
  signal: AbortSignal,
) => Promise<Pick<JobTry, 'run' | 'try'>>;

/** A job as AutoSys shows it. `run` and `try` are absent if this release does not show them. */
export interface ShownJob {
  readonly status: JobStatus;
  readonly lastRun: { readonly run?: number; readonly try?: number };
}

/** Reads a job from AutoSys. */
export type ReadShownJob = (
  instance: AutosysInstance,
  job: JobName,
  signal: AbortSignal,
) => Promise<ShownJob>;

/** Statuses of a run that has begun and not ended. */
const activeStatuses: readonly JobStatus[] = ['STARTING', 'RUNNING', 'WAIT_REPLY', 'SUSPENDED'];

/**
 * Creates the lookup of the active run of a job, for callers that cannot say it, such as an HTTP
 * job.
 */
export function createFindActiveTry(readJob: ReadShownJob): FindActiveTry {
  /** @throws {ApiError} 404, 409, or 503 if AutoSys cannot be asked */
  return async function findActiveTry({ instance, job }, signal) {
    const shown = await readShown(readJob, { instance, job }, signal);
    const { status, lastRun } = shown;
    if (!activeStatuses.includes(status)) {
      throw toUnknownRun(`job ${job} of ${instance} is ${status}, so no run of it can be named`);
    }
    const { run, try: number } = lastRun;
    if (run === undefined || number === undefined) {
      throw toUnknownRun(`AutoSys ${instance} does not show run and try of job ${job}`);
    }
    return { run, try: number };
  };
}

/** The identity with run and try, which AutoSys is asked for if the caller has not said them. */
export async function completeIdentity(
  identity: PermittedStart['identity'],
  findActiveTry: FindActiveTry,
  signal: AbortSignal,
): Promise<LaunchIdentity> {
  if (identity.kind !== 'job') return identity;
  const { instance, job } = identity;
  return { kind: 'jobTry', instance, job, ...(await findActiveTry({ instance, job }, signal)) };
}

async function readShown(
  readJob: ReadShownJob,
  { instance, job }: { readonly instance: string; readonly job: string },
  signal: AbortSignal,
): Promise<ShownJob> {
  try {
    return await readJob(parseAutosysInstance(instance), parseJobName(job), signal);
  } catch (error) {
    if (error instanceof JobNotFoundError) {
      throw toUnknownRun(`AutoSys ${instance} has no job ${job}`);
    }
    throw toNotAvailable(
      `the active run of job ${job} is not known: ${describeError(error).message}`,
    );
  }
}

function toUnknownRun(message: string): ApiError {
  return new ApiError({
    status: 409,
    code: 'UNKNOWN_JOB_RUN',
    message,
    fix: 'give run and try of the job (AUTORUN), or start the request from the running job',
    exit: nothingStarted.input,
  });
}
