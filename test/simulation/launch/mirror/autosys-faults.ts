import { isActive, type JobStatus } from '../../../../autosys/status.ts';
import {
  type FaultProfile,
  faultProfiles,
  noFaults,
  outages,
} from '../../autosys/request-faults.ts';
import type { World } from '../../world.ts';
import type { SimulatedJobs } from '../autosys-jobs.ts';
import type { MirrorAction, MirroredAutosys, MirroredJob } from './mirrored-autosys.ts';

const minuteMs = 60_000;

/** AutoSys accepts events, and shows them late. */
export const slowAutosys: FaultProfile = {
  name: 'slow',
  outage: false,
  probabilities: [['scheduler stalled', 0.2]],
  ofEvents: true,
};

/** Answers to events are lost; AutoSys has accepted them, or not. */
export const silentAutosys: FaultProfile = {
  name: 'silent',
  outage: false,
  probabilities: [
    ['reset before acceptance', 0.15],
    ['reset after acceptance', 0.2],
    ['500 without acceptance', 0.1],
    ['500 after acceptance', 0.1],
    ['accepted and lost', 0.1],
  ],
  ofEvents: true,
};

/** The AutoSys of launches: the jobs that start targets, and the embedded one with the mirrors. */
interface BothAutosys {
  readonly world: World;
  readonly jobs: SimulatedJobs;
  readonly autosys: MirroredAutosys;
}

/** Changes the faults of AutoSys every few minutes, and lets operators act, until the instant. */
export function injectAutosysFaults(
  { world, jobs, autosys }: BothAutosys,
  { startMs, faultsUntilMs }: { readonly startMs: number; readonly faultsUntilMs: number },
): void {
  const set = (profile: FaultProfile) => {
    autosys.installation.setFaultProfile(profile);
    jobs.isAway = profile.outage;
  };
  const isFaulty = world.chance(0.7);
  const change = () => {
    if (world.nowMs >= faultsUntilMs) return;
    set(
      isFaulty
        ? world.pick([noFaults, noFaults, slowAutosys, silentAutosys, ...faultProfiles])
        : noFaults,
    );
    world.after(world.between(minuteMs, 15 * minuteMs), change);
  };
  world.after(world.between(0, 10 * minuteMs), change);
  if (world.chance(0.4)) {
    const fromMs = world.between(startMs, faultsUntilMs - 2 * minuteMs);
    world.at(fromMs, () => {
      world.count('AutoSys away');
      set(world.pick(outages));
    });
  }
  world.at(faultsUntilMs, () => set(noFaults));
  for (const job of autosys.jobs) {
    if (!world.chance(job.mirror.kind === 'job' ? 0.6 : 0.35)) continue;
    for (let actions = world.between(1, 2); actions > 0; actions -= 1) {
      world.at(world.between(job.plan.startMs, faultsUntilMs), () =>
        act({ world, autosys }, job, faultsUntilMs),
      );
    }
  }
}

/** An operator acts on a mirror. A kill waits until there is something to kill. */
function act(
  { world, autosys }: Pick<BothAutosys, 'world' | 'autosys'>,
  { mirror }: MirroredJob,
  untilMs: number,
): void {
  if (mirror.kind === 'global') {
    autosys.act(mirror, world.pick(['SUCCEEDED', 'by hand']));
    return;
  }
  const action = world.pick<MirrorAction>(['kill', 'kill', 'kill', 'hold', 'success', 'delete']);
  if (action === 'hold') {
    autosys.act(mirror, 'hold');
    world.after(world.between(minuteMs, 30 * minuteMs), () => autosys.act(mirror, 'release'));
    return;
  }
  const carryOut = () => {
    if (world.nowMs > untilMs) return;
    const status = autosys.show(mirror) as JobStatus | undefined;
    const isReady =
      status !== undefined && (action === 'success' || isActive(status) === (action === 'kill'));
    if (isReady) autosys.act(mirror, action);
    else if (status !== undefined) world.after(20_000, carryOut);
  };
  carryOut();
}
