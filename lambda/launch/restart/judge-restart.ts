import type { DescribedExecution } from '../../aws/lookup.ts';
import type { Run } from '../../ledger/run.ts';
import type { RestartWay } from '../api.ts';
import { toNotAvailable } from '../api-error.ts';
import type { Launch } from '../launch.ts';
import { toEndMs } from '../launched-runs.ts';
import { isContinuing } from './continue-run.ts';
import { isBehindLedger } from './find-earlier-run.ts';
import { judgeRedrive, type RedriveVerdict } from './judge-redrive.ts';
import { toNotRedrivable, toNotRestartable } from './refuse-restart.ts';

/** How a run is restarted. */
export interface RestartVerdict {
  readonly how: RestartWay;
  /** Why it is not continued. */
  readonly why?: string;
  /** What AWS allows; with `redrive`, unless the request was repeated. */
  readonly redrive?: Extract<RedriveVerdict, { readonly kind: 'allowed' }>;
}

/** What the decision depends on, beside the launch. */
export interface RestartFacts {
  /** What the request asks for. */
  readonly how: RestartWay | undefined;
  readonly run: Run | undefined;
  /** `undefined` for a Batch job, or if AWS does not know the execution any more. */
  readonly execution: DescribedExecution | undefined;
  /** The launch that was to continue the execution. */
  readonly continuing: Launch | undefined;
  readonly nowMs: number;
}

/** Decides how a run is restarted. Pure. @throws {ApiError} if it may not be restarted now */
export function judgeRestart(launch: Launch, facts: RestartFacts): RestartVerdict {
  const { how } = facts;
  const redrive = judgeEnd(launch, facts);
  if (how === 'again') return { how };
  if (redrive.kind === 'allowed') return { how: 'redrive', redrive };
  const reason = redrive.kind === 'refused' ? redrive.reason : 'it is active';
  if (how === 'redrive') throw toNotRedrivable(launch.name, reason);
  // Work that has succeeded, or that may still be active, is repeated only on request.
  if (facts.run?.version.status === 'SUCCEEDED' || facts.execution?.status === 'SUCCEEDED') {
    throw toNotRestartable(`${launch.name} has SUCCEEDED`, askForAgain(launch));
  }
  if (launch.stop?.state === 'parked') {
    throw toNotRestartable(`the stop of ${launch.name} is not proven`, askForAgain(launch));
  }
  return { how: 'again', why: reason };
}

/** Whether the ended run can be continued. @throws {ApiError} if it has not ended, or not for good */
function judgeEnd(
  launch: Launch,
  { run, execution, continuing, nowMs }: RestartFacts,
): RedriveVerdict {
  const { name, stage, stop, workload, aws, target } = launch;
  if (stage === 'refused') {
    throw toNotRestartable(
      `nothing was started for ${name}`,
      `start it: autosys-bridge run ${target}`,
    );
  }
  if (stage === 'intended' || aws === undefined) {
    throw toNotRestartable(`the start of ${name} is being looked up`, waitForEnd(launch));
  }
  if (continuing && isContinuing(continuing, aws.id)) {
    const next = continuing.name;
    throw toNotRestartable(
      `${name} was continued by ${next}`,
      `restart that run: autosys-bridge restart ${next}`,
    );
  }
  if (stop?.state === 'requested') {
    throw toNotRestartable(
      `${name} is being stopped, and that is not proven yet`,
      `wait until the stop is proven or parked: autosys-bridge whois ${name}`,
    );
  }
  const hasEnded = toEndMs(run) !== undefined;
  if (workload === 'batchJob') {
    if (!hasEnded) throw toNotRestartable(`${name} is not known to have ended`, waitForEnd(launch));
    return {
      kind: 'refused',
      reason: 'AWS Batch cannot continue a job; a restart runs it as a whole',
    };
  }
  if (execution === undefined) return { kind: 'refused', reason: 'AWS does not know it any more' };
  if (isBehindLedger(launch, run, execution)) {
    throw toNotAvailable(`AWS does not show the end of ${name} yet`);
  }
  const verdict = judgeRedrive(execution, nowMs);
  if (verdict.kind === 'active')
    throw toNotRestartable(`${name} is still active`, waitForEnd(launch));
  if (verdict.kind === 'allowed' && stop?.state === 'parked') {
    return { kind: 'refused', reason: 'its stop is not proven, so parts of it may be active' };
  }
  return verdict;
}

function askForAgain({ name }: Launch): string {
  return `if all of it is to run once more: autosys-bridge restart ${name} --again`;
}

function waitForEnd({ name }: Launch): string {
  return `wait for its end, or stop it: autosys-bridge stop ${name}`;
}
