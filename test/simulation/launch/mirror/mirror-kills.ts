import { isRunning, toNewestStartMs, toRootWork, type Work } from '../aws/work.ts';
import { launchTargets } from '../launch-deployment.ts';
import type { LaunchSystem } from '../simulate-launches.ts';

/**
 * When operators have killed the mirror job of the run of a workload. It shows the run from RUNNING
 * on, which AutoSys has processed before AWS began or redrove the run.
 */
function toKills({ autosys }: LaunchSystem, work: Work, untilMs?: number) {
  const root = toRootWork(work);
  const mirror = launchTargets.find(({ name }) => name === root.place)?.mirror;
  const startMs = toNewestStartMs(root, untilMs);
  const shown = autosys.changes.findLast(
    ({ of, text, atMs }) => of === mirror?.name && text === 'RUNNING' && atMs <= startMs,
  );
  const fromMs = shown?.atMs ?? startMs;
  const kills = autosys.actions.filter(
    (one) => one.action === 'kill' && one.mirror.name === mirror?.name && one.atMs >= fromMs,
  );
  return { mirror, kills };
}

/** True if an operator had killed the mirror job of the run before the instant. */
export function isMirrorKilled(system: LaunchSystem, work: Work, atMs: number): boolean {
  return toKills(system, work, atMs).kills.some((kill) => kill.atMs <= atMs);
}

/**
 * True if the mirror job of a run was killed while it was active, and no further launch or operator
 * has changed the job since. Such a run must be stopped.
 */
export function hasKilledMirror(system: LaunchSystem, work: Work): boolean {
  const { mirror, kills } = toKills(system, work);
  if (mirror === undefined) return false;
  const { changes, actions } = system.autosys;
  return kills.some((kill) => {
    const at = changes.findIndex(
      ({ of, kind, text, atMs }) =>
        of === mirror.name && kind === 'status' && text === 'TERMINATED' && atMs >= kill.atMs,
    );
    const killedMs = changes[at]?.atMs;
    if (killedMs === undefined || !wasActiveAt(work, killedMs)) return false;
    const isChanged = changes
      .slice(at + 1)
      .some(({ of, kind }) => of === mirror.name && kind === 'status');
    const isActed = actions.some((one) => one.mirror.name === mirror.name && one.atMs > kill.atMs);
    return !isChanged && !isActed;
  });
}

function wasActiveAt(work: Work, ms: number): boolean {
  const endMs = isRunning(work) ? undefined : work.changes.at(-1)?.atMs;
  return endMs === undefined || endMs > ms;
}
