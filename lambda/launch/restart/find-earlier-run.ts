import type { DescribedExecution, DescribeExecution } from '../../aws/lookup.ts';
import type { Run } from '../../ledger/run.ts';
import type { LaunchTarget } from '../../routing/targets.ts';
import { nothingStarted } from '../api.ts';
import { ApiError, toNotAvailable } from '../api-error.ts';
import type { CheckedStart } from '../intend.ts';
import type { Launch } from '../launch.ts';
import { toLaunchKey } from '../launch-row.ts';
import { type LaunchedRuns, toEndMs } from '../launched-runs.ts';
import type { Launches, StoredLaunch } from '../launches.ts';
import { type LaunchIdentity, maxStarts } from '../run-name.ts';
import type { ContinuedRun, EarlierRun } from './continued-run.ts';
import { judgeRedrive } from './judge-redrive.ts';

export interface FindEarlierRunDeps {
  readonly launches: Pick<Launches, 'read'>;
  readonly runs: Pick<LaunchedRuns, 'read'>;
  readonly describeExecution: DescribeExecution;
  readonly now: () => Date;
}

/** Decides whether a new launch continues the execution of an earlier try. */
export type FindEarlierRun = (
  start: { readonly target: LaunchTarget; readonly checked: CheckedStart; readonly start: number },
  signal: AbortSignal,
) => Promise<EarlierRun>;

/** Maximum earlier tries that are searched for one that has started a run. */
const maxTries = 10;

/**
 * Creates the decision of `onRetry: redrive`: try 2 or later of a job continues the execution of the
 * last try that has started one, if it failed, timed out or was aborted, and AWS allows it.
 */
export function createFindEarlierRun(deps: FindEarlierRunDeps): FindEarlierRun {
  /** @throws {ApiError} 429 while the earlier run is not settled, 503 @throws {LedgerError} */
  return async function findEarlierRun({ target, checked, start }, signal) {
    const { identity } = checked;
    if (target.kind !== 'execution' || target.onRetry !== 'redrive') return { kind: 'start' };
    if (identity.kind !== 'jobTry' || identity.try < 2) return { kind: 'start' };
    // `again` asks for a new run.
    if (start > 1 || checked.again) return { kind: 'start' };
    for (let back = 1; back <= Math.min(maxTries, identity.try - 1); back += 1) {
      const earlier = await findNewest(deps, { ...identity, try: identity.try - back });
      if (earlier) return judgeEarlier(deps, earlier.launch, checked, signal);
    }
    return { kind: 'start', text: 'a new run is started: no earlier try has started one' };
  };
}

/** The newest start of an identity, unless AWS has refused it. */
async function findNewest(
  { launches }: FindEarlierRunDeps,
  identity: LaunchIdentity,
): Promise<StoredLaunch | undefined> {
  let newest: StoredLaunch | undefined;
  for (let start = 1; start <= maxStarts; start += 1) {
    const stored = await launches.read({ identity, start });
    if (stored === undefined) break;
    if (stored.launch.stage !== 'refused') newest = stored;
  }
  return newest;
}

async function judgeEarlier(
  deps: FindEarlierRunDeps,
  earlier: Launch,
  checked: CheckedStart,
  signal: AbortSignal,
): Promise<EarlierRun> {
  const { name, stop, aws, target, inputDigest } = earlier;
  const startAnew = (why: string): EarlierRun => ({
    kind: 'start',
    text: `a new run is started, ${name} is not continued: ${why}`,
  });
  if (target !== checked.target) return startAnew(`it is a run of target ${target}`);
  if (inputDigest !== checked.inputDigest) return startAnew('it had other parameters or input');
  if (aws === undefined) throw toEarlierOpen(`the start of ${name} is being looked up`);
  if (stop?.state === 'requested') throw toEarlierOpen(`the stop of ${name} is not proven yet`);
  if (stop?.state === 'parked') return startAnew('its stop is not proven');
  const answer = await deps.describeExecution(aws.id, signal);
  if (answer.kind === 'unknown') return startAnew('AWS does not know it any more');
  if (answer.kind !== 'found') {
    throw toNotAvailable(`${name} is to be continued: DescribeExecution: ${answer.reason}`);
  }
  if (isBehindLedger(earlier, await deps.runs.read(earlier), answer.execution)) {
    throw toNotAvailable(`AWS does not show the end of ${name} yet`);
  }
  const verdict = judgeRedrive(answer.execution, deps.now().getTime());
  switch (verdict.kind) {
    case 'active':
      return startAnew('it is still active');
    case 'refused':
      return startAnew(verdict.reason);
    case 'allowed':
      return toContinue(earlier, verdict, 'start');
    default:
      return verdict satisfies never;
  }
}

/** Continues the execution of a launch that AWS allows to be continued. */
export function toContinue(
  earlier: Launch,
  { redrive, ended }: Pick<ContinuedRun, 'redrive' | 'ended'>,
  orElse: ContinuedRun['orElse'],
): EarlierRun {
  const { name } = earlier;
  const { id = '', beganMs = 0 } = earlier.aws ?? {};
  const launch = toLaunchKey(earlier);
  const text = `continues ${name}, which ended as ${ended.status} (redrive ${redrive})`;
  return {
    kind: 'continue',
    text,
    continues: { launch, name, id, beganMs, redrive, ended, orElse },
  };
}

/**
 * Whether AWS still shows a run as active whose end an event has reported: DescribeExecution is
 * eventually consistent. Pure.
 */
export function isBehindLedger(
  { continuedBy }: Launch,
  run: Run | undefined,
  { status, redriveCount = 0 }: DescribedExecution,
): boolean {
  if (run === undefined || status !== 'RUNNING' || continuedBy !== undefined) return false;
  return toEndMs(run) !== undefined && run.version.attempt >= redriveCount;
}

/** 429: nothing was started, and the command waits. */
function toEarlierOpen(message: string): ApiError {
  return new ApiError({
    status: 429,
    code: 'EARLIER_RUN_OPEN',
    message: `${message}; the run of this try can begin after that`,
    fix: 'wait: the sweep settles it within ten minutes',
    exit: nothingStarted.notReached,
    retryAfter: 15,
  });
}
