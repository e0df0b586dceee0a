import { nameRules } from '../../autosys/names.ts';
import { didYouMean } from '../../autosys/suggest.ts';
import type { LaunchCaller, LaunchTarget } from '../routing/targets.ts';
import { nothingStarted, type StartRequest } from './api.ts';
import { ApiError, type InputFault, toInvalidInput } from './api-error.ts';
import { findInputFaults } from './launch-input.ts';
import { mayActFor } from './read-launch.ts';
import type { LaunchIdentity } from './run-name.ts';

/** What the route file says about launches. */
export interface LaunchRules {
  readonly targets: readonly LaunchTarget[];
  readonly callers: readonly LaunchCaller[];
  /** Names of the AutoSys instances. */
  readonly instances: readonly string[];
}

/** A request that may be carried out, if AutoSys knows the run. */
export interface PermittedStart {
  readonly target: LaunchTarget;
  readonly caller: LaunchCaller;
  /** Without `run` and `try` if the bridge must ask AutoSys. */
  readonly identity:
    | LaunchIdentity
    | { readonly kind: 'job'; readonly instance: string; readonly job: string };
}

/**
 * Checks who asks for what. Pure.
 *
 * @param callerName the caller whose login was accepted
 * @throws {ApiError} 400 with all faults of the request, 403 or 404
 */
export function checkStart(
  request: StartRequest,
  callerName: string,
  rules: LaunchRules,
): PermittedStart {
  const caller = findCaller(callerName, rules);
  const target = findTarget(request.target, caller, rules);
  const identity = readIdentity(request, rules.instances);
  if (identity.kind !== 'key') refuseForeignJob(identity.job, caller);
  const faults = [...findMirrorFaults(target, identity), ...findInputFaults(target, request)];
  if (faults.length > 0) throw toInvalidInput(faults);
  return { target, caller, identity };
}

/** A job whose status shows the run cannot also be the job that starts it. */
function findMirrorFaults(
  { name, mirror }: LaunchTarget,
  identity: PermittedStart['identity'],
): readonly InputFault[] {
  if (mirror?.kind !== 'job' || identity.kind === 'key' || identity.job !== mirror.name) return [];
  const message = `found ${identity.job}, the mirror job of target ${name}; start the target from another job`;
  return [{ path: 'job', message }];
}

/**
 * Refuses to call AWS for a disabled target. A run that it has started before is still found, also
 * by a command that repeats its start because the answer was lost.
 *
 * @throws {ApiError} 503
 */
export function refuseDisabled({ name, enabled }: LaunchTarget): void {
  if (enabled) return;
  throw new ApiError({
    status: 503,
    code: 'TARGET_DISABLED',
    message: `target ${name} is disabled in the route file`,
    fix: 'wait, or ask the platform team to set enabled: true',
    exit: nothingStarted.notReached,
    retryAfter: 30,
  });
}

/** The caller's entry in the route file. @throws {ApiError} 403 if it was removed */
export function findCaller(name: string, { callers }: LaunchRules): LaunchCaller {
  const caller = callers.find((one) => one.name === name);
  if (caller !== undefined) return caller;
  throw toNotAllowed(`caller ${name} is not in the route file`);
}

/** 403: the caller may not do this. */
export function toNotAllowed(message: string): ApiError {
  return new ApiError({
    status: 403,
    code: 'NOT_ALLOWED',
    message,
    fix: 'ask the platform team to add it to callers in the route file',
    exit: nothingStarted.notAllowed,
  });
}

/** @throws {ApiError} 403 unless the caller may act for the AutoSys job */
export function refuseForeignJob(job: string, caller: LaunchCaller): void {
  if (mayActFor(job, caller)) return;
  const { name, jobs } = caller;
  throw toNotAllowed(`caller ${name} may not act for job ${job}; allowed: ${jobs.join(', ')}`);
}

/** A target that the caller may start. @throws {ApiError} 403 or 404 */
export function findTarget(
  name: string,
  caller: LaunchCaller,
  { targets }: LaunchRules,
): LaunchTarget {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) {
    const allowed = caller.targets;
    throw new ApiError({
      status: 404,
      code: 'UNKNOWN_TARGET',
      message: `unknown target "${name.slice(0, 64)}"${didYouMean(name.slice(0, 64), allowed)}`,
      fix: `use one of: ${allowed.join(', ')}`,
      exit: nothingStarted.usage,
    });
  }
  if (!caller.targets.includes(name)) {
    throw toNotAllowed(`caller ${caller.name} may not start target ${name}`);
  }
  return target;
}

function readIdentity(
  request: StartRequest,
  instances: readonly string[],
): PermittedStart['identity'] {
  const { job, key, run, try: number } = request;
  const faults: InputFault[] = [];
  if ((job === undefined) === (key === undefined)) {
    throw toInvalidInput([{ path: 'job', message: 'give either a job or a key' }]);
  }
  const subject = job ?? key ?? '';
  if (!nameRules.job.pattern.test(subject) || subject.length > nameRules.job.max) {
    const { allowed, max } = nameRules.job;
    const path = job === undefined ? 'key' : 'job';
    faults.push({ path, message: `allowed: 1 to ${max} of ${allowed}` });
  }
  const [only] = instances;
  const { instance = instances.length === 1 ? only : undefined } = request;
  if (key === undefined && (instance === undefined || !instances.includes(instance))) {
    const found =
      instance === undefined
        ? 'is missing (AUTOSERV of the job)'
        : 'is not in the route file (AUTOSERV of the job)';
    faults.push({ path: 'instance', message: `${found}; allowed: ${instances.join(', ')}` });
  }
  for (const [path, value] of Object.entries({ run, try: number })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0 && value < 1e10)) {
      faults.push({ path, message: 'allowed: a whole number, 1 or more' });
    }
  }
  if ((run === undefined) !== (number === undefined)) {
    faults.push({ path: 'try', message: 'give run and try, as in AUTORUN 1620/1, or neither' });
  }
  if (faults.length > 0) throw toInvalidInput(faults);
  if (job === undefined) return { kind: 'key', key: subject };
  const base = { instance: instance ?? '', job };
  if (run === undefined || number === undefined) return { kind: 'job', ...base };
  return { kind: 'jobTry', ...base, run, try: number };
}
