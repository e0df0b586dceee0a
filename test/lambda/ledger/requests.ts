import {
  parseAutosysInstance,
  parseGlobalName,
  parseGlobalValue,
  parseJobName,
} from '../../../autosys/names.ts';
import type { AdmitContext, EffectRequest } from '../../../lambda/ledger/admit.ts';
import type { Version } from '../../../lambda/workload/version.ts';

export const version: Version = {
  beganMs: 1_000,
  run: 'run-a',
  attempt: 0,
  status: 'RUNNING',
  changedMs: 1_000,
};

/** A request that sets a global variable to the status of `run-a`. `over` changes the version. */
export function aStateRequest(over: Partial<Version> = {}): EffectRequest {
  const changed = { ...version, ...over };
  return {
    kind: 'state',
    to: parseAutosysInstance('ACE'),
    event: {
      kind: 'SET_GLOBAL',
      globalVariable: parseGlobalName('AWS_SETTLEMENT'),
      value: parseGlobalValue(changed.status),
    },
    version: changed,
    cause: { eventId: 'e1', route: 'settlement', run: 'settlement run-a', seenMs: 1_000 },
  };
}

/** A request that starts a job once because `run-a` failed. */
export function aOneShotRequest(over: Partial<Version> = {}): EffectRequest {
  return {
    ...aStateRequest({ status: 'FAILED', ...over }),
    kind: 'once',
    event: { kind: 'FORCE_STARTJOB', job: parseJobName('REPAIR') },
  };
}

/** A request that puts a job on hold while `run-a` runs, and off hold after that. */
export function aToggleRequest(over: Partial<Version> = {}): EffectRequest {
  const request = aStateRequest(over);
  const kind = request.version.status === 'RUNNING' ? 'JOB_ON_HOLD' : 'JOB_OFF_HOLD';
  return { ...request, kind: 'switch', event: { kind, job: parseJobName('LATER') } };
}

/** A context at two seconds with a lease of ten seconds. */
export function aContext(over: Partial<AdmitContext> = {}): AdmitContext {
  return { leaseOwner: 'm1', nowMs: 2_000, leaseMs: 10_000, deadlineMs: 345_600_000, ...over };
}

/** An open circuit breaker, as a claim meets it. */
export function aHold(
  over: Partial<NonNullable<AdmitContext['hold']>> = {},
): NonNullable<AdmitContext['hold']> {
  return {
    untilMs: 60_000,
    reason: 'connection refused',
    outage: 'circuitBreaker',
    sinceMs: 1_000,
    ...over,
  };
}
