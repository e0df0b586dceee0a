import { matchesGlob } from '../routing/origin.ts';
import type { LaunchCaller } from '../routing/targets.ts';
import { nothingStarted } from './api.ts';
import { ApiError } from './api-error.ts';
import type { Launches, StoredLaunch } from './launches.ts';
import { decodeRunName, type LaunchIdentity } from './run-name.ts';

/**
 * Creates the reading of a launch by its name, for a caller.
 *
 * The answer to a name that the caller may not see is the same whether or not it exists.
 */
export function createReadLaunch(launches: Launches) {
  /** @throws {ApiError} 403 or 404 @throws {LedgerError} */
  return async function readLaunch(name: string, caller: LaunchCaller): Promise<StoredLaunch> {
    if (!isNameOf(name, caller)) throw toHidden(name);
    const decoded = decodeRunName(name);
    const stored = await launches.readByName(name);
    if (stored !== undefined && maySee(stored, caller)) return stored;
    if (decoded.kind !== 'whole' || decoded.identity.kind === 'key') throw toHidden(name);
    throw new ApiError({
      status: 404,
      code: 'UNKNOWN_RUN',
      message: `no run has the name ${name}`,
      fix: 'look it up by job: autosys-bridge whois JOB',
      exit: nothingStarted.usage,
    });
  };
}

/** Whether a caller may see and stop a run: it may act for the job, or has started it itself. */
export function maySee({ launch }: Pick<StoredLaunch, 'launch'>, caller: LaunchCaller): boolean {
  return launch.identity.kind === 'key'
    ? launch.caller === caller.name
    : isJobOf(launch.identity, caller);
}

/** Whether a caller may act for an AutoSys job. */
export function mayActFor(job: string, { jobs }: LaunchCaller): boolean {
  return jobs.some((pattern) => matchesGlob(pattern, job));
}

/** Whether a name of a run may be of a caller, as far as the name says. */
export function isNameOf(name: string, caller: LaunchCaller): boolean {
  const decoded = decodeRunName(name);
  return decoded.kind !== 'whole' || isJobOf(decoded.identity, caller);
}

/** A key does not show whose it is. */
function isJobOf(identity: LaunchIdentity, caller: LaunchCaller): boolean {
  return identity.kind === 'key' || mayActFor(identity.job, caller);
}

function toHidden(name: string): ApiError {
  return new ApiError({
    status: 403,
    code: 'NOT_ALLOWED',
    message: `the caller may not see a run ${name.slice(0, 128)}, or there is none`,
    fix: 'check the name, or ask the platform team for access to the job',
    exit: nothingStarted.notAllowed,
  });
}
