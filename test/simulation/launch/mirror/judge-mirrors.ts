import type { Launch } from '../../../../lambda/launch/launch.ts';
import type { Entry } from '../../../../lambda/ledger/entry.ts';
import { parseEntry, toTargetKey } from '../../../../lambda/ledger/entry-row.ts';
import { toMirrorEvent } from '../../../../lambda/routing/mirror.ts';
import type { WorkloadStatus } from '../../../../lambda/workload/workload.ts';
import { nameRequestedEvent } from '../../autosys/evaluate-request.ts';
import { isUnreadable } from '../../judge/parked.ts';
import type { ShownTry } from '../autosys-jobs.ts';
import { isRunning, toNewestStartMs, toWorkStatus, type Work } from '../aws/work.ts';
import { launchDeployment } from '../launch-deployment.ts';
import type { LaunchSystem } from '../simulate-launches.ts';
import type { MirroredJob, OperatorAction, ProcessedChange } from './mirrored-autosys.ts';

/** Maximum difference between the clocks of the functions, in milliseconds. */
const clockDifferenceMs = 10_000;

/** Checks what users see of the mirrors at the end of a scenario. */
export async function judgeMirrors(
  system: LaunchSystem,
  launches: readonly Launch[],
): Promise<readonly string[]> {
  const ends = await Promise.all(system.autosys.jobs.map((job) => judgeEnd(system, job, launches)));
  return [...system.autosys.jobs.flatMap((job) => judgeWaitingRuns(system, job)), ...ends.flat()];
}

/** Each run of a waiting job follows SUCCEEDED of the run that the launch job started. */
function judgeWaitingRuns(system: LaunchSystem, job: MirroredJob): readonly string[] {
  const { autosys, world } = system;
  const { plan, mirror, waitingJob } = job;
  return autosys.changes.flatMap((start, at) => {
    if (start.kind !== 'start' || start.of !== waitingJob) return [];
    world.count('runs of waiting jobs');
    const before = autosys.changes.slice(0, at);
    const report = before.findLast(({ of, one }) => of === plan.job && one !== undefined);
    const one = report?.one;
    if (report?.text !== 'SUCCESS' || one === undefined) {
      return [`${waitingJob} ran without a success of ${plan.job}`];
    }
    if (wasReleased(autosys.actions, mirror.name, toBegin(before, plan.job, one.run))) return [];
    const work = newestWork(system, plan.job, one);
    const succeeded = work?.changes.some(
      ({ status, atMs }) => status === 'SUCCEEDED' && atMs <= start.atMs,
    );
    if (succeeded) return [];
    const found = work ? `${work.name} is ${statusAt(work, start.atMs)}` : 'AWS has no run of it';
    return [
      `${waitingJob} ran at ${new Date(start.atMs).toISOString()} on an older value of ${mirror.name}: ${plan.job} ${one.run}/${one.try} is the last launch, and ${found}`,
    ];
  });
}

/** When a run of a launch job began, as its agent reported it. */
function toBegin(before: readonly ProcessedChange[], job: string, run: number): number {
  return before.find(({ of, one }) => of === job && one?.run === run)?.reportedMs ?? 0;
}

/** An operator who sets a mirror after the run began releases the waiting job. */
function wasReleased(actions: readonly OperatorAction[], name: string, fromMs: number): boolean {
  return actions.some(
    ({ mirror, action, atMs }) =>
      mirror.name === name && /success|succeeded/i.test(action) && atMs >= fromMs,
  );
}

/** The run in AWS of a run of a launch job that was started or redriven last. */
function newestWork({ workloads }: LaunchSystem, job: string, { run }: ShownTry): Work | undefined {
  return workloads.works
    .filter(({ name, parent }) => !parent && name.startsWith(`${job}-r${run}t`))
    .toSorted((one, other) => toNewestStartMs(one) - toNewestStartMs(other))
    .at(-1);
}

function statusAt({ changes }: Work, ms: number): string {
  return changes.findLast(({ atMs }) => atMs <= ms)?.status ?? 'not there';
}

/**
 * After quiet a mirror shows the last word of AWS on the newest launch, or FAILED if nothing was
 * started. Or its entry is parked, or an operator has changed it since.
 */
async function judgeEnd(
  system: LaunchSystem,
  { plan, mirror }: MirroredJob,
  launches: readonly Launch[],
): Promise<readonly string[]> {
  const { autosys, workloads, world, ledger } = system;
  const { installation } = autosys;
  const own = launches.filter(({ target }) => target === plan.target);
  const newest = own.toSorted((one, other) => one.requestedMs - other.requestedMs).at(-1);
  if (newest === undefined || newest.stage === 'intended') return [];
  const work = workloads.byId.get(newest.aws?.id ?? '');
  // Both events of a redrive may be lost.
  if (work?.redrivenMs !== undefined) return [];
  const acted = autosys.actions.filter(({ mirror: { name } }) => name === mirror.name);
  const isDeleted = acted.some(({ action }) => action === 'delete');
  const isByHand = acted.some(({ atMs }) => atMs >= newest.requestedMs - clockDifferenceMs);
  const [instance] = launchDeployment.config.instances;
  if (instance === undefined) return [];
  const key = toTargetKey(instance.name, `${mirror.kind} ${mirror.name}`);
  const row = await ledger.memory.get(key);
  const entry = row && parseEntry(row);
  const about = `mirror ${mirror.name} of ${newest.name}`;
  if (entry?.stage === 'parked') {
    world.count('mirrors parked');
    return isDeleted || isByHand || hasFault(system, entry)
      ? []
      : [`${about} is parked without a valid reason: ${entry.parked?.reason}`];
  }
  const open =
    entry?.stage === 'confirmed' ? [] : [`the entry of ${about} is still ${entry?.stage}`];
  // AutoSys accepted it, and has refused to show it since (docs/simulation.md).
  const isUnread = entry?.confirmedMs === undefined && entry && isUnreadable(entry, installation);
  if (isByHand || isDeleted || isUnread) return open;
  const expected = toExpected(newest, work);
  const wanted = toMirrorEvent(mirror, expected)?.fields;
  const text = (mirror.kind === 'global' ? wanted?.['value'] : wanted?.['status'])?.[0];
  const shown = autosys.show(mirror);
  world.count(`mirrors end with ${expected}`);
  return shown === text
    ? open
    : [...open, `${about} shows ${shown}, but the run is ${expected} (${newest.stage})`];
}

/**
 * Faults of requests that set the mirror: AutoSys has rejected one, its outcome is unknown, or every
 * sender ended before it sent.
 */
function hasFault({ autosys, world }: LaunchSystem, { event, sent, version }: Entry): boolean {
  const { recorder } = autosys.installation;
  const ends = ['crashes', 'function timeouts', 'environment pauses'];
  const mayBeUnsent = sent !== undefined && ends.some((end) => world.counters.has(end));
  // An earlier run may have had the same status.
  const sinceMs = version.changedMs - clockDifferenceMs;
  if (mayBeUnsent && !recorder.hasAccepted(nameRequestedEvent(event), sinceMs)) return true;
  const target = 'globalVariable' in event ? event.globalVariable : 'job' in event ? event.job : '';
  const isOf = (text: string) => text.includes(`${target}`);
  return (
    [...recorder.faultsByEvent.keys()].some(isOf) ||
    [...recorder.unreadable, ...recorder.deniedReads].some(isOf)
  );
}

function toExpected({ stage }: Launch, work: Work | undefined): WorkloadStatus {
  if (stage === 'refused' || work === undefined) return 'FAILED';
  return isRunning(work) ? 'RUNNING' : (toWorkStatus(work) as WorkloadStatus);
}
