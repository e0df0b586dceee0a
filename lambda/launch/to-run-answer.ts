import type { Run } from '../ledger/run.ts';
import type { LaunchTarget } from '../routing/targets.ts';
import { toDigest } from '../workload/digest.ts';
import { isOver } from '../workload/workload.ts';
import { apiVersion, type RunAnswer, type RunExit, type RunState, type StopAnswer } from './api.ts';
import { toConsoleLink } from './console-link.ts';
import { toDiagnosis } from './diagnosis.ts';
import { toExit } from './exit-code.ts';
import type { Launch } from './launch.ts';
import { toPollSeconds } from './pace.ts';
import { isStopping, type LaunchStop, toRemaining } from './stop/stop-record.ts';

/** What an answer about a run depends on, beside its rows. */
export interface AnswerFacts {
  readonly target: LaunchTarget | undefined;
  readonly region: string;
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly random: number;
}

/** The answer of start, status and stop about a run. Pure. */
export function toRunAnswer(launch: Launch, run: Run | undefined, facts: AnswerFacts): RunAnswer {
  const { identity, name, target, caller, launchId, requestedMs, aws, stop } = launch;
  const { continues, continuedBy } = launch;
  const state = toState(launch, run);
  const status = run?.version.status;
  const exit = toRunExit(launch, run, facts.target);
  const link = aws && toConsoleLink(aws.id, facts.region);
  const diagnosis =
    run && state === 'ENDED'
      ? toDiagnosis({
          ...{ workload: launch.workload, status: run.version.status },
          ...{ result: run.result, console: link },
        })
      : undefined;
  const subject =
    identity.kind === 'key'
      ? { key: identity.key }
      : {
          instance: identity.instance,
          job: identity.job,
          run: identity.run,
          try: identity.try,
        };
  const shown = {
    version: apiVersion,
    name,
    target,
    ...subject,
    ...{ caller, launchId },
    state,
    ...(status !== undefined && { status }),
    ...(aws && { awsId: aws.id, startedAt: toIso(aws.beganMs) }),
    ...(continues && { continues: continues.name }),
    ...(continuedBy && { continuedBy: continuedBy.name }),
    ...(link !== undefined && { console: link }),
    requestedAt: toIso(requestedMs),
    ...(state === 'ENDED' && run && { endedAt: toIso(run.version.changedMs) }),
    changes: toChanges(launch, run),
    ...(exit && { exit }),
    ...(run?.result && { result: run.result }),
    ...(diagnosis !== undefined && { diagnosis }),
    ...(stop && { stop: toStopAnswer(stop) }),
  };
  const isOpen = exit === undefined || stop?.state === 'requested';
  const sinceMs = exit === undefined ? requestedMs : (stop?.requestedMs ?? requestedMs);
  return {
    ...shown,
    rev: toDigest(JSON.stringify(shown)).slice(0, 16),
    ...(isOpen && { retryAfter: toPollSeconds(facts.nowMs - sinceMs, facts.random) }),
  };
}

function toState({ stage }: Launch, run: Run | undefined): RunState {
  switch (stage) {
    case 'intended':
      return 'LOOKING_UP';
    case 'refused':
      return 'REFUSED';
    case 'started': {
      // The row exists from the start on; its first status may be the bridge's own.
      if (run === undefined) return 'STARTED';
      return isOver(run.version.status) ? 'ENDED' : 'ACTIVE';
    }
    default:
      return stage satisfies never;
  }
}

function toRunExit(
  { refusal, workload, batch, arrayExit = toUnreadExit(batch) }: Launch,
  run: Run | undefined,
  target: LaunchTarget | undefined,
): RunExit | undefined {
  if (refusal !== undefined) return { code: refusal.exit, source: refusal.message };
  if (run === undefined || !isOver(run.version.status)) return undefined;
  return toExit(target, workload, { status: run.version.status, result: run.result, arrayExit });
}

/** Of a failed array job in a list of runs: only a start or a status reads its children. */
function toUnreadExit(batch: Launch['batch']): RunExit | undefined {
  if (batch?.arraySize === undefined) return undefined;
  return { code: 1, source: 'status FAILED, the exit codes of the children have not been read' };
}

function toChanges({ history, stage }: Launch, run: Run | undefined): RunAnswer['changes'] {
  const lines = history.map(({ atMs, text }) => ({ at: toIso(atMs), text }));
  if (stage !== 'started' || run === undefined) return lines;
  const { changedMs, status, attempt } = run.version;
  const number = attempt > 1 || (attempt > 0 && run.workload === 'execution');
  const which = run.workload === 'execution' ? `redrive ${attempt}` : `attempt ${attempt}`;
  return [...lines, { at: toIso(changedMs), text: number ? `${status} (${which})` : status }];
}

/** Maximum workloads that an answer lists. */
const listedRemaining = 50;

function toStopAnswer(stop: LaunchStop): StopAnswer {
  const { state, requestedMs, by, reason, text } = stop;
  const remaining = isStopping(stop) ? toRemaining(stop) : [];
  const more = remaining.length - listedRemaining;
  return {
    state,
    requestedAt: toIso(requestedMs),
    text: `${by}: ${reason}; ${text}`,
    remaining: [...remaining.slice(0, listedRemaining), ...(more > 0 ? [`${more} more`] : [])],
  };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
