import { matchesGlob } from '../routing/origin.ts';
import type { RequestEntry } from '../routing/requests.ts';
import { readExecutionArn } from './execution-arn.ts';
import type { Ask, Payload } from './payload.ts';
import { RequestError } from './request-error.ts';

/**
 * Checks that the entry allows what is asked. Pure.
 *
 * @throws {RequestError} `AutoSys.NotAllowed` with everything that the entry does not allow
 */
export function checkAllowed({ ask, instance, context }: Payload, entry: RequestEntry): void {
  const faults: string[] = [];
  const refuse = (what: string, allowed: readonly string[]) => {
    faults.push(`${what}; allowed: ${allowed.length === 0 ? 'none' : allowed.join(', ')}`);
  };
  if (!entry.actions.includes(ask.action)) refuse(`action ${ask.action}`, entry.actions);
  if (instance !== undefined && instance !== entry.instance) {
    refuse(`instance ${instance.slice(0, 16)}`, [entry.instance]);
  }
  const execution = context && readExecutionArn(context.execution);
  const { stateMachines } = entry;
  if (execution && stateMachines.length > 0 && !stateMachines.includes(execution.stateMachine)) {
    refuse(`state machine ${execution.stateMachine}`, stateMachines);
  }
  if (entry.actions.includes(ask.action)) checkAsk(ask, entry, refuse);
  if (faults.length === 0) return;
  const message = `the entry ${entry.name} of requests does not allow this: ${faults.join('; ')}`;
  throw new RequestError('AutoSys.NotAllowed', message);
}

function checkAsk(
  ask: Ask,
  { name, events, starts, jobs, globals, mayKill }: RequestEntry,
  refuse: (what: string, allowed: readonly string[]) => void,
): void {
  const { job, global } = toSubject(ask);
  if (ask.action === 'sendEvent' && !events.includes(ask.event.kind)) {
    refuse(`event ${ask.event.kind}`, events);
  }
  if (ask.action === 'runJob' && !starts.includes(ask.start)) refuse(`start ${ask.start}`, starts);
  if (ask.action === 'runJob' && ask.onAbort === 'kill' && !mayKill) {
    refuse(`onAbort kill (${name} has no onAbort: kill)`, ['leave']);
  }
  if (job !== undefined && !jobs.some((pattern) => matchesGlob(pattern, job))) {
    refuse(`job ${job}`, jobs);
  }
  if (global !== undefined && !globals.some((pattern) => matchesGlob(pattern, global))) {
    refuse(`global variable ${global}`, globals);
  }
}

/** The job or the variable that a request is about; neither for an event of a machine. */
export function toSubject(ask: Ask): { readonly job?: string; readonly global?: string } {
  if ('global' in ask) return { global: ask.global };
  if ('job' in ask) return { job: ask.job };
  const { event } = ask;
  if ('globalVariable' in event) return { global: event.globalVariable };
  return 'job' in event && event.job !== undefined ? { job: event.job } : {};
}
