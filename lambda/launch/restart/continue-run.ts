import type { DescribeExecution } from '../../aws/lookup.ts';
import type { RedriveExecution } from '../../aws/start-result.ts';
import { toDigest } from '../../workload/digest.ts';
import { nothingStarted } from '../api.ts';
import type { Launch, StartResult } from '../launch.ts';
import { toLaunchKey } from '../launch-row.ts';
import type { LaunchedRuns } from '../launched-runs.ts';
import { toEndMs } from '../launched-runs.ts';
import type { Launches } from '../launches.ts';
import { endWatch } from '../watch.ts';
import type { Continuation, ContinuedRun } from './continued-run.ts';
import { lookUpRedrive } from './look-up-redrive.ts';

export interface ContinueRunDeps {
  readonly launches: Launches;
  readonly runs: Pick<LaunchedRuns, 'read'>;
  readonly describeExecution: DescribeExecution;
  readonly redriveExecution: RedriveExecution;
  readonly now: () => Date;
}

/**
 * Time after the end of a stopped execution in which a further request to stop it may be under way,
 * in milliseconds. API Gateway ends a request of a caller after 29 s, and lookups show the end late.
 */
const stopArrivesWithinMs = 45_000;

/** A launch that continues an execution. */
export type ContinuingLaunch = Launch & { readonly continues: ContinuedRun };

/** Asks AWS to continue the execution of a launch, or finds that an earlier call has done it. */
export type ContinueRun = (launch: ContinuingLaunch, signal: AbortSignal) => Promise<StartResult>;

/**
 * Creates the redrive of executions: once for each launch, however often it is called.
 *
 * - The earlier launch is marked first, so that a late stop or a missing waiting command of it does
 *   not end the redriven run, and no other launch continues the same execution.
 * - A stopped execution is continued only after a while, since a late request would stop it again.
 * - After a call of unknown outcome, `redriveCount` is looked up before the next one.
 * - The token of a launch is always the same. It covers the seconds in which a lookup may not show the
 *   redrive yet: AWS keeps a token for 15 minutes.
 */
export function createContinueRun(deps: ContinueRunDeps): ContinueRun {
  const { describeExecution, redriveExecution } = deps;
  /** @throws {LedgerError} */
  return async function continueRun(launch, signal) {
    const { continues, unknownCalls } = launch;
    const isRepeated = unknownCalls !== undefined;
    if (isRepeated) {
      const found = await lookUpRedrive(describeExecution, continues, signal);
      if (found.kind === 'found') return { ...found, kind: 'started', found: true };
      if (found.kind !== 'unknown') {
        return { kind: 'unknown', reason: `DescribeExecution: ${found.reason}` };
      }
    }
    if (await mayStopArrive(deps, launch)) {
      return { kind: 'notSent', reason: `the stop of ${continues.name} may still be under way` };
    }
    const holder = await markContinued(deps, launch);
    if (holder !== undefined) return toAlreadyContinued(continues, holder);
    const { id, beganMs, redrive } = continues;
    const clientToken = toRedriveToken(launch);
    const answer = await redriveExecution({ executionArn: id, clientToken }, signal);
    switch (answer.kind) {
      case 'redriven':
        return { kind: 'started', id, beganMs, redrive, redrivenMs: answer.redrivenMs };
      case 'refused': {
        // AWS may refuse it because an earlier call has continued it.
        if (isRepeated) return { kind: 'unknown', reason: answer.code };
        await unmarkContinued(deps, launch);
        const message = `RedriveExecution of ${id} was refused: ${answer.code}`;
        return { kind: 'refused', code: answer.code, message, exit: nothingStarted.wrongTarget };
      }
      default:
        return answer;
    }
  };
}

/** The `clientToken` of a launch: 64 hexadecimal digits. */
function toRedriveToken(launch: Launch): string {
  return toDigest(`${toLaunchKey(launch)} ${launch.launchId}`);
}

/** Whether a further request to stop the earlier run may arrive after its end. */
async function mayStopArrive(
  { launches, now }: ContinueRunDeps,
  { continues: { launch, ended } }: ContinuingLaunch,
): Promise<boolean> {
  if (now().getTime() >= ended.atMs + stopArrivesWithinMs) return false;
  const stored = await launches.readByKey(launch);
  return stored?.launch.stop !== undefined;
}

/** @returns the launch that continues the execution already, if it is another one */
async function markContinued(
  { launches, runs }: ContinueRunDeps,
  launch: ContinuingLaunch,
): Promise<Continuation | undefined> {
  const { continues } = launch;
  const stored = await launches.readByKey(continues.launch);
  // Its row has expired.
  if (stored === undefined) return undefined;
  const key = toLaunchKey(launch);
  const known = stored.launch.continuedBy;
  if (known !== undefined && known.launch !== key) {
    const other = (await launches.readByKey(known.launch))?.launch;
    if (other !== undefined && isContinuing(other, continues.id)) return known;
  }
  const run = await runs.read(stored.launch);
  const { result } = toEndMs(run) === undefined ? {} : (run ?? {});
  const { redrive, ended } = continues;
  const end = { ...ended, ...(result && { result }) };
  const continuedBy: Continuation = { launch: key, name: launch.name, redrive, end };
  const marked = await launches.change(stored, (latest) => {
    // Another launch was faster.
    if (latest.continuedBy?.launch !== known?.launch) return latest;
    if (latest.continuedBy?.launch === key) return latest;
    return endWatch({ ...latest, continuedBy });
  });
  const { continuedBy: holder } = marked.launch;
  return holder?.launch === key ? undefined : holder;
}

/** Whether a launch has continued the execution, or may still do so. */
export function isContinuing({ stage, continues }: Launch, executionArn: string): boolean {
  return stage !== 'refused' && continues?.id === executionArn;
}

async function unmarkContinued({ launches }: ContinueRunDeps, launch: ContinuingLaunch) {
  const stored = await launches.readByKey(launch.continues.launch);
  if (stored === undefined) return;
  const key = toLaunchKey(launch);
  await launches.change(stored, (latest) => {
    if (latest.continuedBy?.launch !== key) return latest;
    const { continuedBy: _, ...free } = latest;
    return free;
  });
}

function toAlreadyContinued({ name }: ContinuedRun, holder: Continuation): StartResult {
  return {
    kind: 'refused',
    code: 'ALREADY_CONTINUED',
    message: `${name} is continued by ${holder.name} already`,
    exit: nothingStarted.input,
  };
}
