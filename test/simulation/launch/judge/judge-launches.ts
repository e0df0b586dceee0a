import { toArrayExit } from '../../../../lambda/launch/array-exit.ts';
import { toExit } from '../../../../lambda/launch/exit-code.ts';
import type { Launch } from '../../../../lambda/launch/launch.ts';
import { toLaunchTarget } from '../../../../lambda/launch/launch-row.ts';
import { createLaunches } from '../../../../lambda/launch/launches.ts';
import type { WorkloadStatus } from '../../../../lambda/workload/workload.ts';
import type { SimulatedCommand } from '../agents/command.ts';
import type { JobDriver } from '../agents/job-driver.ts';
import { isRunning, toWorkTree, type Work } from '../aws/work.ts';
import { launchInstance, launchTargets } from '../launch-deployment.ts';
import { judgeMirrors } from '../mirror/judge-mirrors.ts';
import { hasKilledMirror } from '../mirror/mirror-kills.ts';
import type { LaunchSystem } from '../simulate-launches.ts';
import { judgeRedrives } from './judge-redrives.ts';
import { judgeStop } from './judge-stop.ts';
import {
  collectStarts,
  isActiveStart,
  type JudgedStart,
  type Starts,
  toEndsOfStart,
} from './starts.ts';

/** Exit codes of a command that says that nothing was started. */
const nothingStartedCodes = [64, 65, 69, 77, 78];

/** Checks the rules of starts and stops at the end of a scenario. */
export async function judgeLaunches(system: LaunchSystem): Promise<readonly string[]> {
  const launches = await readLaunches(system);
  const starts = collectStarts(system, launches);
  return [
    ...system.drivers.flatMap((driver) => judgeJob(system, starts, driver)),
    ...launches.flatMap((launch) => judgeLaunch(system, launch)),
    ...judgeRedrives(system, launches),
    ...system.stops.flatMap((stop) => judgeStop(system, starts, stop)),
    ...judgeStartAnswers(system),
    ...(await judgeMirrors(system, launches)),
  ];
}

async function readLaunches({ ledger, drivers, world }: LaunchSystem): Promise<readonly Launch[]> {
  const { memory } = ledger;
  const launches = createLaunches({ table: memory, now: () => world.now() });
  const found: Launch[] = [];
  for (const { plan } of drivers) {
    const name = toLaunchTarget({ instance: launchInstance, job: plan.job });
    const { entries } = await memory.ofTarget(name, { limit: 1_000 });
    for (const { key } of entries) {
      const stored = await launches.readByKey(key);
      if (stored) found.push(stored.launch);
    }
  }
  return found;
}

function judgeJob(system: LaunchSystem, starts: Starts, driver: JobDriver): readonly string[] {
  const { job } = driver.plan;
  const runs = system.workloads.works.filter(
    ({ name, parent }) => !parent && name.startsWith(`${job}-`),
  );
  const tries = Map.groupBy(runs, ({ name }) => name.replace(/-a\d+$/, ''));
  const doubles = [...tries].flatMap(([name, works]) => {
    const agains = driver.commands.filter(
      ({ of }) => of.again && name === `${of.job}-r${of.run}t${of.try}-${launchInstance}`,
    );
    const allowed = Math.max(1, agains.length + 1);
    if (works.length <= allowed) return [];
    return [`${works.length} runs in AWS of ${name}, allowed: ${allowed}`];
  });
  const commands = driver.commands.flatMap((command) => {
    const { job, run, try: attempt } = command.of;
    // With those that `again` has started.
    const own = starts.named(`${job}-r${run}t${attempt}-${launchInstance}`);
    return judgeCommand(system, command, own);
  });
  return [...doubles, ...commands];
}

function judgeCommand(
  system: LaunchSystem,
  command: SimulatedCommand,
  starts: readonly JudgedStart[],
): readonly string[] {
  const { of, end, hasVanished, stopCausedMs } = command;
  const who = `the command of ${of.job} ${of.run}/${of.try} (${of.target})`;
  if (hasVanished) return [];
  if (end === undefined) {
    // A run without a stop may last longer than the scenario.
    const isBusy = system.workloads.works.some(
      (work) => work.place === of.target && !work.parent && isRunning(work),
    );
    const waitsForSlot = of.target === 'narrow' && isBusy && starts.length === 0;
    return waitsForSlot || starts.some(isActiveStart) ? [] : [`${who} still waits at the end`];
  }
  if (of.isDetached && end.code === 0) return [];
  const bound = starts.filter(({ name }) => name === end.name);
  if (stopCausedMs !== undefined && [130, 143, 129, 124].includes(end.code)) return [];
  if (end.hasEnded) {
    const codes = bound.flatMap(toCodes);
    if (codes.includes(end.code)) return [];
    return [
      `${who} ends with ${end.code} (${end.source}), but AWS says ${codes.join(' or ') || 'nothing'}`,
    ];
  }
  if (nothingStartedCodes.includes(end.code)) {
    // The message of an undecided start says that a person decides.
    if (end.errors.some((line) => /START_UNKNOWN|may still be active/.test(line))) {
      system.world.count('undecided starts');
      return [];
    }
    // Another command of the same try may have started it.
    const isOnly =
      command.mayHaveReached &&
      starts.every(({ atMs }) => atMs >= command.startedMs && atMs <= end.atMs);
    return starts.length > 0 && isOnly && !of.again
      ? [
          `${who} says that nothing was started (${end.code}: ${end.errors.join(' ')}), but AWS has ${starts.map(({ name }) => name).join(', ')}`,
        ]
      : [];
  }
  return [`${who} ends with ${end.code} (${end.source}) before the end of its run`];
}

/** The exit codes that the ends of a run have, as far as it belongs to the launch of a start. */
function toCodes(start: JudgedStart): readonly number[] {
  const { work } = start;
  const target = launchTargets.find(({ name }) => name === work.place);
  const arrayExit =
    work.arraySize === undefined
      ? undefined
      : toArrayExit({
          kind: 'found',
          exitCodes: work.children.map(({ exitCode }) => exitCode),
          isPartial: false,
        });
  const codes = toEndsOfStart(start).map((status) => {
    const result = work.exitCode === undefined ? undefined : { exitCode: work.exitCode };
    const ended = { status: status as WorkloadStatus, result: result as never };
    return toExit(target, work.kind, { ...ended, ...(arrayExit && { arrayExit }) }).code;
  });
  // ListJobs may not answer; then a failed array has the code 1 (documented).
  return arrayExit && codes.some((code) => code !== 0) ? [...codes, 1] : codes;
}

function judgeLaunch(system: LaunchSystem, launch: Launch): readonly string[] {
  const { name, stage, stop, unknownCalls } = launch;
  const settled = [
    ...(stage === 'intended' ? [`${name} is still intended at the end`] : []),
    ...(stop?.state === 'requested' ? [`the stop of ${name} is still requested at the end`] : []),
  ];
  if (unknownCalls && stage !== 'intended') system.world.count('launches with unknown calls');
  const work = system.workloads.byId.get(launch.aws?.id ?? '');
  if (work === undefined) {
    const lost = runsNamed(system, name).filter(isRunning);
    return stage === 'refused' && lost.length > 0
      ? [...settled, `${name} is refused, but AWS runs it`]
      : settled;
  }
  const nextMs = toNextRedriveMs(launch, work);
  const isBefore = (one: Work, ms: number) => one !== work && one.beganMs < ms;
  const cause =
    toStopCause(system, launch) ??
    (nextMs === undefined && hasKilledMirror(system, work)
      ? 'the kill of the mirror job'
      : undefined);
  // Of a run that was redriven since, what it had started before.
  const tree = toWorkTree(work).filter((one) => nextMs === undefined || isBefore(one, nextMs));
  const running = tree.filter((one) => isRunning(one) && one.redrivenMs === undefined);
  if (cause === undefined || work.redrivenMs !== undefined || running.length === 0) return settled;
  // What a run has started and not waited for goes on after its own end (decision of the target).
  const hasEnded = !isRunning(work) && work.stoppedMs === undefined;
  const isOwnEnd = (nextMs !== undefined || hasEnded) && stop === undefined;
  if (isOwnEnd) system.world.count('runs that ended by themselves before their stop');
  return isOwnEnd ? settled : [...settled, ...judgeLeft(launch, running, cause)];
}

/** When a run was redriven by a later launch, which it belongs to since. */
function toNextRedriveMs({ aws }: Launch, work: Work): number | undefined {
  return work.redrives.find(({ count }) => count > (aws?.redrive ?? 0))?.atMs;
}

/** What still runs after a stop must be parked, listed, and beyond what the bridge may stop. */
function judgeLeft(launch: Launch, running: readonly Work[], cause: string): readonly string[] {
  const { name, stop } = launch;
  const what = running.map((work) => work.name).join(', ');
  if (stop?.state !== 'parked') {
    return [
      `${what} still runs after ${cause} of ${name}, and its stop is ${stop?.state ?? 'absent'}`,
    ];
  }
  const isListed = (work: Work): boolean => {
    const node = stop.tree.find(({ id }) => id === work.id);
    if (node) return !node.closed;
    return work.parent !== undefined && isListed(work.parent);
  };
  const unlisted = running.filter((work) => !isListed(work));
  const open = stop.tree.filter(({ closed }) => !closed);
  const isPermitted = open.some(({ why = '' }) => !why.startsWith('no permission to stop'));
  return [
    ...(unlisted.length > 0
      ? [`the parked stop of ${name} does not list ${unlisted.map((one) => one.name).join(', ')}`]
      : []),
    ...(isPermitted ? [`the stop of ${name} is parked without need: ${what} still runs`] : []),
  ];
}

function runsNamed({ workloads }: LaunchSystem, wanted: string): readonly Work[] {
  return workloads.works.filter(({ name, parent }) => !parent && name === wanted);
}

/** Why a run must have been stopped. `undefined` if it need not. */
function toStopCause(system: LaunchSystem, launch: Launch): string | undefined {
  const { name, identity, target } = launch;
  const leaves = launchTargets.some((one) => one.name === target && one.onKill === 'leave');
  const isAccepted = system.handled.some(
    (call) => call.name === name && call.resource.endsWith('/stop') && call.status === 202,
  );
  if (isAccepted && launch.stop?.state !== 'left') return 'the accepted stop';
  if (leaves || identity.kind !== 'jobTry') return undefined;
  const driver = system.drivers.find(({ plan }) => plan.job === identity.job);
  const isThis = (one: { readonly run: number; readonly try: number }) =>
    one.run === identity.run && one.try === identity.try;
  if (!driver?.killed.some(isThis) || !isWatched(system, launch, driver)) return undefined;
  return 'the kill';
}

/** A launch is watched from the first start of a command that waits for it (docs/launch.md). */
function isWatched(
  { handled }: LaunchSystem,
  { name, launchId }: Launch,
  { commands }: JobDriver,
): boolean {
  const waiting = commands.filter(({ of }) => !of.isDetached).map((command) => command.launchId);
  const joined = handled.filter(
    ({ method, status, body }) =>
      method === 'POST' && status <= 202 && body.includes(`"name":"${name}"`),
  );
  return [launchId, ...joined.map((call) => call.launchId)].some((id) =>
    waiting.includes(id ?? ''),
  );
}

/** A start that is answered with 200 or 201 has a run in AWS. An HTTP job counts that as success. */
function judgeStartAnswers(system: LaunchSystem): readonly string[] {
  return system.handled.flatMap(({ method, resource, status, body }) => {
    if (method !== 'POST' || resource !== '/v1/runs' || status > 201) return [];
    const [name = ''] = /JOB_[A-Z]-r\d+t\d+-ACE(?:-a\d+)?/.exec(body) ?? [];
    // A redrive has no run of its own name. The answer is JSON, or the text for an HTTP job.
    const [, id = ''] = /(?:"awsId":"|^in AWS: )([^"\s]*)/m.exec(body) ?? [];
    if (runsNamed(system, name).length > 0 || system.workloads.byId.has(id)) return [];
    return [`a start of ${name} is answered with ${status}, but AWS has no such run`];
  });
}
