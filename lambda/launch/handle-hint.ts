import { nameRules } from '../../autosys/names.ts';
import { apiVersion, type HintRequest } from './api.ts';
import { type InputFault, toInvalidInput, toUnknownCall } from './api-error.ts';
import { checkFields } from './check-fields.ts';
import { findCaller, type LaunchRules } from './check-start.ts';
import { createHandle, type HandleLaunchRequestDeps } from './handle-request.ts';
import { isFromNewerCommand, type ProxyRequest, readRequestFields } from './read-request.ts';

/** A job of an instance in the route file. */
export type HintedJob = Required<HintRequest>;

export interface HandleHintDeps extends Pick<HandleLaunchRequestDeps, 'onAnswer' | 'onDefect'> {
  readonly rules: LaunchRules;
  /** Reads the job in AutoSys, and answers the requests that wait for it. */
  readonly notify: (
    job: HintedJob,
    signal: AbortSignal,
  ) => Promise<{ readonly waits: number; readonly answered: number }>;
}

const hintFields = { job: 'text', instance: 'text' } as const satisfies Record<
  keyof HintRequest,
  string
>;

/**
 * Creates the handling of hints that a job has ended. It never rejects.
 *
 * A hint is no proof: AutoSys is read before anything is answered, so any caller may send it for any
 * job.
 */
export function createHandleHint({ rules, notify, ...telemetry }: HandleHintDeps) {
  return createHandle(telemetry, async (endpoint, { request, caller }, signal) => {
    if (endpoint.action !== 'hint') throw toUnknownCall(request.httpMethod, request.resource);
    findCaller(caller, rules);
    const job = readHint(request, rules.instances);
    return {
      status: 200,
      content: { version: apiVersion, ...job, ...(await notify(job, signal)) },
    };
  });
}

/** @throws {ApiError} 400 with all faults */
function readHint(request: ProxyRequest, instances: readonly string[]): HintedJob {
  const given = readRequestFields(request);
  const { fields, faults: found } = checkFields(given, hintFields, isFromNewerCommand(request));
  const faults: InputFault[] = [...found];
  const { job, instance = instances.length === 1 ? instances[0] : undefined } = fields;
  const { allowed, max, pattern } = nameRules.job;
  if (typeof job !== 'string' || !pattern.test(job) || job.length > max) {
    faults.push({ path: 'job', message: `allowed: 1 to ${max} of ${allowed}` });
  }
  if (typeof instance !== 'string' || !instances.includes(instance)) {
    const what = instance === undefined ? 'is missing' : 'is not in the route file';
    const message = `${what} (AUTOSERV of the job); allowed: ${instances.join(', ')}`;
    faults.push({ path: 'instance', message });
  }
  if (faults.length > 0) throw toInvalidInput(faults);
  return { job: String(job), instance: String(instance) };
}
