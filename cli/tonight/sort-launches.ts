import { type AutosysInstance, parseAutosysInstance } from '../../autosys/names.ts';
import type { Launch } from '../../lambda/launch/launch.ts';

/** What the sweep has to check of a launch. */
export type LaunchState = 'parkedStop' | 'stopping' | 'starting' | 'mirrorFails' | 'watched';

/** The order on the screen. */
const order: readonly LaunchState[] = [
  'parkedStop',
  'stopping',
  'mirrorFails',
  'starting',
  'watched',
];

/** The state of a launch that is on the list of the sweep. Pure. */
export function toLaunchState({ stage, stop, mirror }: Launch): LaunchState {
  if (stop?.state === 'parked') return 'parkedStop';
  if (stop?.state === 'requested') return 'stopping';
  if (stage === 'intended') return 'starting';
  return stage === 'refused' && mirror?.failing ? 'mirrorFails' : 'watched';
}

/** Those that need a person first, then the oldest. */
export function compareLaunches(one: Launch, other: Launch): number {
  const [place, otherPlace] = [one, other].map((of) => order.indexOf(toLaunchState(of)));
  return (place ?? 0) - (otherPlace ?? 0) || one.requestedMs - other.requestedMs;
}

/** The instance in the name of a run that a job in AutoSys has started. Empty for another name. */
export function toInstanceOfRunName(name: string): readonly AutosysInstance[] {
  const [, instance] = /-r\d+t\d+-([0-9A-Z]{3})(?:-|$)/.exec(name) ?? [];
  return instance === undefined ? [] : [parseAutosysInstance(instance)];
}
