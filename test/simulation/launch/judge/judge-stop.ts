import { toRootWork, type Work } from '../aws/work.ts';
import { launchInstance, launchTargets } from '../launch-deployment.ts';
import { isMirrorKilled } from '../mirror/mirror-kills.ts';
import type { LaunchSystem } from '../simulate-launches.ts';
import type { Starts } from './starts.ts';

/** A stop that AWS has accepted. */
interface AcceptedStop {
  readonly work: Work;
  readonly atMs: number;
}

/**
 * Nothing foreign is stopped, and nothing without a reason. The reason for the stop of an earlier try
 * is none for a run that was redriven since.
 */
export function judgeStop(
  system: LaunchSystem,
  starts: Starts,
  { work, atMs }: AcceptedStop,
): readonly string[] {
  const root = toRootWork(work);
  const driver = system.drivers.find(({ plan }) => root.name.startsWith(`${plan.job}-`));
  if (driver === undefined) return [`${work.name}, which the bridge did not start, was stopped`];
  const children = launchTargets.find(({ name }) => name === root.place)?.children;
  const named = [...(children?.stateMachines ?? []), ...(children?.jobQueues ?? [])];
  if (work.place !== root.place && !named.includes(work.place)) {
    return [`${work.name} was stopped, but the target does not name it`];
  }
  const owner = starts.ownerOf(work, atMs)?.name ?? root.name;
  const isOfRun = (one: { readonly run: number; readonly try: number }) => {
    const name = `${driver.plan.job}-r${one.run}t${one.try}-${launchInstance}`;
    return owner === name || owner.startsWith(`${name}-a`);
  };
  const isByPerson =
    driver.plan.personAfterMs !== undefined && isOfRun({ run: driver.firstRun, try: 1 });
  const isByCommand = driver.commands.some(
    ({ of, stopCausedMs }) => isOfRun(of) && stopCausedMs !== undefined && stopCausedMs <= atMs,
  );
  if (isByPerson || isMirrorKilled(system, work, atMs)) return [];
  if (!isByCommand && !driver.killed.some(isOfRun)) {
    return [`${work.name} was stopped without a kill, a timeout or a person`];
  }
  const { onKill } = launchTargets.find(({ name }) => name === root.place) ?? {};
  return onKill === 'leave'
    ? [`${work.name} was stopped, but a kill and a timeout leave it running`]
    : [];
}
