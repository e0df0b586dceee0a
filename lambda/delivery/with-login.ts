import type { AutosysEvent } from '../../autosys/event.ts';
import type { DeniedFacts } from '../login/denial.ts';
import type { Login } from '../login/login.ts';
import { toDigest } from '../workload/digest.ts';
import type { ListingPort } from './shared-reads.ts';

/** An AutoSys instance whose requests all use the shared login. */
export function withLogin(login: Login, port: ListingPort): ListingPort {
  return {
    sendEvent: (event, options) =>
      login.call(() => port.sendEvent(event, options), { ...options, ...toSendFacts(event) }),
    readJob: (job, options) =>
      login.call(() => port.readJob(job, options), { ...options, ...toReadFacts(`job ${job}`) }),
    readGlobalVariable: (name, options) =>
      login.call(() => port.readGlobalVariable(name, options), {
        ...options,
        ...toReadFacts(`global variable ${name}`),
      }),
    readGlobalVariables: (pattern, options) =>
      login.call(() => port.readGlobalVariables(pattern, options), {
        ...options,
        ...toReadFacts(`global variables ${pattern}`),
      }),
    readJobRuns: (job, options) =>
      login.call(() => port.readJobRuns(job, options), {
        ...options,
        ...toReadFacts(`job ${job}`),
      }),
    readJobEvents: (job, options) =>
      login.call(() => port.readJobEvents(job, options), {
        ...options,
        ...toReadFacts(`job ${job}`),
      }),
  };
}

/** Names under which a refusal of this event is recorded. */
export function toSendFacts(event: AutosysEvent): DeniedFacts {
  const target = toTarget(event);
  const request = `send ${toDigest(JSON.stringify(event)).slice(0, 16)}`;
  return { request, target: `send ${target}`, deniedBy: `read ${target}` };
}

/**
 * Names under which a refusal to show a job or a variable is recorded.
 * @param target such as `job RISK`
 */
export function toReadFacts(target: string): DeniedFacts {
  return { request: `read ${target}`, target: `read ${target}` };
}

/** The object that the permission to send the event depends on. */
function toTarget(event: AutosysEvent): string {
  if ('job' in event && event.job !== undefined) return `job ${event.job}`;
  return 'globalVariable' in event ? `global variable ${event.globalVariable}` : event.kind;
}
