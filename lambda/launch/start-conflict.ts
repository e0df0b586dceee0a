import { nothingStarted } from './api.ts';
import { ApiError } from './api-error.ts';
import type { KnownLaunch } from './judge-known.ts';
import type { Launch } from './launch.ts';
import { describeIdentity } from './run-name.ts';

/** 409: the identity has been used. */
export function toConflict(message: string): ApiError {
  return new ApiError({
    status: 409,
    code: 'ALREADY_USED',
    message,
    fix: 'use --again to start it once more, or another --key for a run outside AutoSys',
    exit: nothingStarted.input,
  });
}

export function describeConflict(
  launch: Launch,
  why: Extract<KnownLaunch, { kind: 'conflict' }>['why'],
  endedMs: number | undefined,
): string {
  const { identity, launchId, requestedMs, target } = launch;
  const used = `${describeIdentity(identity)} was used at ${new Date(requestedMs).toISOString()} (launch id ${launchId})`;
  switch (why) {
    case 'otherCaller':
      return `${describeIdentity(identity)} is used by another caller`;
    case 'otherInput':
      return `${used} with other parameters or input`;
    case 'otherTarget':
      return `${used} for target ${target}`;
    case 'longEnded':
      return `${used} and ended at ${new Date(endedMs ?? 0).toISOString()}; AutoSys may have begun its run numbers again`;
    default:
      return why satisfies never;
  }
}

/** 409: AWS may have accepted a start that cannot be found, so a person decides. */
export function toUndecided({ name, batch, unknownCalls }: Launch): ApiError {
  const queue = batch?.jobQueue ?? 'of the target';
  return new ApiError({
    status: 409,
    code: 'START_UNKNOWN',
    message: `SubmitJob of ${name} had no known outcome ${unknownCalls?.count ?? 1} times, and job queue ${queue} shows no job of this name`,
    fix: 'look at the job queue; if there is no such job, start once more with --again',
    exit: nothingStarted.notReached,
  });
}
