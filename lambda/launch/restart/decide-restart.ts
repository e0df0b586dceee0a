import type { DescribedExecution, DescribeExecution } from '../../aws/lookup.ts';
import type { LaunchCaller, LaunchTarget } from '../../routing/targets.ts';
import type { RestartRequest, RestartWay } from '../api.ts';
import { toInvalidInput, toNotAvailable } from '../api-error.ts';
import { findTarget, type LaunchRules } from '../check-start.ts';
import type { Launch } from '../launch.ts';
import { findInputFaults, toInputDigest } from '../launch-input.ts';
import type { LaunchedRuns } from '../launched-runs.ts';
import type { Launches } from '../launches.ts';
import { createReadLaunch } from '../read-launch.ts';
import { maxStarts, nameLimits, toRunName } from '../run-name.ts';
import type { EarlierRun } from './continued-run.ts';
import { toContinue } from './find-earlier-run.ts';
import { judgeRestart, type RestartVerdict } from './judge-restart.ts';
import { toNotRestartable } from './refuse-restart.ts';

export interface DecideRestartDeps {
  readonly rules: LaunchRules;
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly describeExecution: DescribeExecution;
  readonly now: () => Date;
}

/** How a run is restarted. */
export interface RestartDecision {
  readonly how: RestartWay;
  /** Why it is not continued, unless the request asks for a new run. @default - it is continued, or as asked */
  readonly why?: string | undefined;
  /** The run that is restarted. */
  readonly launch: Launch;
  readonly target: LaunchTarget;
  /** Name of the run after the restart. */
  readonly next: string;
  /** What AWS shows of its execution. @default - a Batch job, or AWS does not know it any more */
  readonly execution?: DescribedExecution | undefined;
  readonly earlier: EarlierRun;
}

/** Creates the decision how a run is restarted. Nothing is started or written. */
export function createDecideRestart(deps: DecideRestartDeps) {
  const { rules, launches } = deps;
  const readLaunch = createReadLaunch(launches);
  /** @throws {ApiError} if it may not be restarted @throws {LedgerError} */
  return async function decideRestart(
    request: RestartRequest & { readonly name: string },
    caller: LaunchCaller,
    signal: AbortSignal,
  ): Promise<RestartDecision> {
    const { launch } = await readLaunch(request.name, caller);
    const { name } = launch;
    const target = findTarget(launch.target, caller, rules);
    if (target.kind !== launch.workload) {
      throw toNotRestartable(
        `target ${target.name} has changed: it no longer starts what ${name} is`,
        `start a new run: autosys-bridge run ${target.name}`,
      );
    }
    const { next, repeated } = await findNextStart(deps, launch, request.launchId);
    const execution = await describe(deps, launch, signal);
    const { how, why, redrive } = await judge(deps, { request, launch, execution, repeated });
    const facts = { launch, target, next: repeated?.name ?? next, execution };
    if (how === 'redrive') {
      const given = Object.keys(request.params ?? {}).length > 0 || request.input !== undefined;
      if (given)
        throw toInvalidInput([
          { path: 'params', message: 'a redrive keeps those of the run; allowed only with again' },
        ]);
      // The launch of a repeated request knows already what it continues.
      const earlier: EarlierRun =
        redrive === undefined ? { kind: 'start' } : toContinue(launch, redrive, 'nothing');
      return { ...facts, how, earlier: { ...earlier, input: execution?.input ?? '{}' } };
    }
    const input = chooseInput({ launch, target, request, execution });
    const text = `restarts ${name} as a new run${why === undefined ? '' : `: ${why}`}`;
    return { ...facts, how, why, earlier: { kind: 'start', text, ...input } };
  };
}

/** The name after the newest start, and the start that the same request has made already. */
async function findNextStart(
  { launches }: DecideRestartDeps,
  { identity, start: first, workload }: Launch,
  launchId: string | undefined,
): Promise<{ readonly next: string; readonly repeated?: Launch }> {
  for (let start = first + 1; start <= maxStarts; start += 1) {
    const next = toRunName({ identity, start }, nameLimits[workload]);
    const stored = await launches.read({ identity, start });
    if (stored === undefined) return { next };
    if (stored.launch.launchId === launchId) return { next, repeated: stored.launch };
  }
  return { next: '' };
}

async function describe(
  { describeExecution }: DecideRestartDeps,
  { workload, aws, name }: Launch,
  signal: AbortSignal,
): Promise<DescribedExecution | undefined> {
  if (workload !== 'execution' || aws === undefined) return undefined;
  const answer = await describeExecution(aws.id, signal);
  if (answer.kind === 'found') return answer.execution;
  if (answer.kind === 'unknown') return undefined;
  throw toNotAvailable(`${name} is to be restarted: DescribeExecution: ${answer.reason}`);
}

async function judge(
  { launches, runs, now }: DecideRestartDeps,
  {
    request,
    launch,
    execution,
    repeated,
  }: {
    readonly request: RestartRequest;
    readonly launch: Launch;
    readonly execution: DescribedExecution | undefined;
    readonly repeated: Launch | undefined;
  },
): Promise<RestartVerdict> {
  if (repeated) return { how: repeated.continues ? 'redrive' : 'again' };
  const { continuedBy } = launch;
  const continuing = continuedBy && (await launches.readByKey(continuedBy.launch))?.launch;
  const run = await runs.read(launch);
  return judgeRestart(launch, {
    how: request.how,
    run,
    execution,
    continuing,
    nowMs: now().getTime(),
  });
}

/**
 * The input of a new run: what the request gives, if it is that of the earlier run; otherwise, for an
 * execution, the input that AWS shows. The ledger has only a digest of it.
 */
function chooseInput({
  launch,
  target,
  request: { params = {}, input },
  execution,
}: {
  readonly launch: Launch;
  readonly target: LaunchTarget;
  readonly request: RestartRequest;
  readonly execution: DescribedExecution | undefined;
}): Pick<EarlierRun, 'input'> {
  if (toInputDigest(params, input) === launch.inputDigest) {
    const faults = findInputFaults(target, { params, input });
    if (faults.length > 0) throw toInvalidInput(faults);
    return {};
  }
  const isGiven = Object.keys(params).length > 0 || input !== undefined;
  const shown = execution?.input;
  if (!isGiven && shown !== undefined) return { input: shown };
  const message = isGiven
    ? `they are not those of ${launch.name}; allowed: the same ones, or none if AWS shows the input of an execution. Another input is a run of its own: autosys-bridge run ${target.name} --again`
    : `AWS does not show those of ${launch.name}; give the same ones again`;
  throw toInvalidInput([{ path: 'params', message }]);
}
