import type { Mirror } from '../../routing/targets.ts';

/** The mirror of a launch, as the route file named it when the start was requested. */
export interface LaunchMirror extends Mirror {
  /**
   * True if nothing was started and the mirror must be set to FAILED. The sweep does so if the
   * function that refused the start does not.
   */
  readonly failing?: true;
  /**
   * When the sweep reads the mirror job next, in epoch milliseconds. Present while the run is active
   * and the mirror is a job.
   */
  readonly lookMs?: number;
}

/** A launch that may have a mirror. */
export interface Mirrored {
  readonly mirror?: LaunchMirror;
}

/**
 * The mirror of a start that was requested. Pure.
 *
 * No job of AutoSys starts a run with a key, so nothing in AutoSys shows it.
 */
export function toRequestedMirror({
  target: { mirror },
  identity: { kind },
}: {
  readonly target: { readonly mirror?: Mirror };
  readonly identity: { readonly kind: string };
}): { readonly mirror?: Mirror } {
  return mirror && kind !== 'key' ? { mirror } : {};
}

/** The launch whose mirror must be set to FAILED, because nothing was started. Pure. */
export function failMirror<L extends Mirrored>(launch: L): L {
  return launch.mirror ? { ...launch, mirror: { ...launch.mirror, failing: true } } : launch;
}

/** Interval at which the sweep reads a mirror job, in milliseconds. */
const mirrorReadMs = 2 * 60_000;

/**
 * The launch whose mirror job the sweep reads while the run is active, in case an operator kills
 * the job. The same object if the mirror is not a job. Pure.
 */
export function watchMirrorJob<L extends Mirrored>(launch: L, nowMs: number): L {
  const { mirror } = launch;
  if (mirror?.kind !== 'job') return launch;
  return { ...launch, mirror: { ...mirror, lookMs: nowMs + mirrorReadMs } };
}

/** The launch whose mirror job the sweep no longer reads. The same object if it does not. Pure. */
export function unwatchMirrorJob<L extends Mirrored>(launch: L): L {
  if (launch.mirror?.lookMs === undefined) return launch;
  const { lookMs: _, ...mirror } = launch.mirror;
  return { ...launch, mirror };
}

/** The launch whose mirror was set to FAILED. Returns the same object if it need not be. Pure. */
export function settleMirror<L extends Mirrored>(launch: L): L {
  if (!launch.mirror?.failing) return launch;
  const { failing: _, ...mirror } = launch.mirror;
  return { ...launch, mirror };
}
