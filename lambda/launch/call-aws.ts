import { toNotAvailable } from './api-error.ts';
import { refuseDisabled } from './check-start.ts';
import { holdSlot } from './hold-slot.ts';
import { intend } from './intend.ts';
import { type Launch, lease, type StartResult } from './launch.ts';
import { judgeAsking, markAsked, toLease } from './mark-asked.ts';
import { mirrorNotShown, toWithheld } from './mirror/mirror-refusals.ts';
import { nameLimits, toRunName } from './run-name.ts';
import { settleCall } from './settle-call.ts';
import { settleWithRun } from './settle-with-run.ts';
import { type StartOrder, toLaunchedBatchJob, toStartOrder } from './start-order.ts';
import type { StartRunDeps, StartStep, StartWork } from './start-work.ts';

/** Where the intent is written: a new row, or over the launch that was read. */
export interface IntentRow {
  readonly start: number;
  readonly seen?: number;
  /** The launch that is continued. @default - a new one */
  readonly launch?: Launch;
}

/** Writes the intent, calls AWS once, and records the answer. */
export async function callAws(
  deps: StartRunDeps,
  { permitted: { target }, checked, request, restart }: StartWork,
  { start, seen, launch }: IntentRow,
  signal: AbortSignal,
): Promise<StartStep> {
  const { launches, runs, beginStop, now, newId, leaseMs } = deps;
  refuseDisabled(target);
  const { identity } = checked;
  const name = toRunName({ identity, start }, nameLimits[target.kind]);
  const { params, input } = request;
  const order = toStartOrder(target, { identity, name, params, input, repeated: restart?.input });
  const batch = toLaunchedBatchJob(order);
  const earlier =
    launch === undefined
      ? (restart ?? (await deps.findEarlierRun({ target, checked, start }, signal)))
      : undefined;
  const nowMs = now().getTime();
  const intended = launch ?? intend(checked, { name, start, batch, earlier, nowMs });
  if (!(await holdSlot(deps, target, { launch: intended, seen }))) return 'lost';
  const owner = newId();
  const untilMs = nowMs + leaseMs;
  const leased = await launches.write(lease(intended, toLease(intended, owner, untilMs)), seen);
  if (leased === undefined) return 'lost';
  const refusal = await deps.showRunning(leased.launch, signal);
  const marked = refusal ? leased : await markAsked(launches, leased);
  const result = refusal
    ? toWithheld(marked.launch, refusal)
    : // After a pause, another function may have looked up the start and called AWS.
      (judgeAsking(marked.launch, owner, now().getTime()) ??
      (await askAws(deps, marked.launch, order, signal)));
  const stored = await settleWithRun({ launches, runs }, marked, (known) =>
    settleCall(known, owner, { result, nowMs: now().getTime() }),
  );
  switch (result.kind) {
    case 'started':
      if (stored.launch.aws?.id !== result.id) deps.onDuplicate(stored.launch);
      return { stored: await beginStop(stored, signal), status: result.found ? 200 : 201 };
    case 'unknown':
      return { stored, status: 202 };
    case 'refused':
      // AWS does not allow the redrive, so a new run is started.
      if (stored.launch.stage === 'intended') return 'lost';
      return { stored: await deps.finishMirror(stored, signal), status: 200 };
    case 'withheld':
      await deps.finishMirror(stored, signal);
      if (result.code === mirrorNotShown) throw toNotAvailable(result.message);
      // If the lease has expired, another function goes on.
      return { stored, status: stored.launch.stage === 'intended' ? 202 : 200 };
    default:
      // A stop was requested meanwhile, so the start is not repeated.
      if (stored.launch.stage === 'refused') return { stored, status: 200 };
      if (refusal) throw toNotAvailable(refusal.message);
      throw toNotAvailable(`AWS could not start target ${target.name}: ${result.reason}`);
  }
}

/** Starts the run of a launch, or continues that of an earlier one. */
async function askAws(
  { starter, continueRun }: StartRunDeps,
  launch: Launch,
  order: StartOrder,
  signal: AbortSignal,
): Promise<StartResult> {
  const { continues } = launch;
  return continues ? continueRun({ ...launch, continues }, signal) : starter(order, signal);
}
