import type { Home } from '../../routing/origin.ts';
import type { LaunchTarget } from '../../routing/targets.ts';
import type { WorkloadEvent } from '../../workload/workload.ts';
import type { Launch } from '../launch.ts';
import { toStartEvent } from '../launched-runs.ts';

/** The identity of a launch as a run in its mirror: each request of a start is a run of its own. */
export function toMirroredRun({
  launchId,
  requestedMs,
}: Pick<Launch, 'launchId' | 'requestedMs'>): NonNullable<WorkloadEvent['launch']> {
  return { id: `launch ${launchId}@${requestedMs}`, beganMs: requestedMs };
}

/**
 * The event of a launch for its mirror before AWS has accepted it: RUNNING, or FAILED if nothing was
 * started. Pure.
 */
export function toMirrorLaunchEvent(
  launch: Launch,
  status: 'RUNNING' | 'FAILED',
  {
    target,
    home,
    now,
  }: { readonly target: LaunchTarget | undefined; readonly home: Home; readonly now: Date },
): WorkloadEvent {
  const run = launch.aws ?? { id: launch.name, beganMs: launch.requestedMs };
  const event: WorkloadEvent = {
    ...toStartEvent(launch, { run, target, home }),
    emittedAt: now,
    changedAt: now,
    status,
    launch: toMirroredRun(launch),
  };
  if (status === 'RUNNING') return event;
  const { message: cause = '' } = launch.refusal ?? {};
  return event.kind === 'execution' ? { ...event, cause } : { ...event, reason: cause };
}
