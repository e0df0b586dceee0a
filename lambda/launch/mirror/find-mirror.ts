import { parseAutosysInstance } from '../../../autosys/names.ts';
import { LedgerError } from '../../errors.ts';
import { toMirrorEvent } from '../../routing/mirror.ts';
import type { Route, TargetRoute } from '../../routing/routes.ts';
import { isOver, type WorkloadEvent } from '../../workload/workload.ts';
import type { BoundRun } from '../bound-run.ts';
import type { Launch } from '../launch.ts';
import type { Launches } from '../launches.ts';
import { toMirroredRun } from './mirror-launch-event.ts';

/** An event of a launched run, as its mirror is to show it. */
export interface MirroredEvent {
  /** The event with the identity of the launch. */
  readonly event: WorkloadEvent;
  /** A route whose only action is that of the mirror. */
  readonly route: Route;
}

export interface FindMirrorDeps {
  readonly launches: Pick<Launches, 'readByName' | 'readByKey'>;
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Time in which the answer to a start usually arrives after the first event of its run. */
const boundWithinMs = 5_000;
const readAgainMs = 500;

/**
 * Creates the search for the mirror of the run of an event, by the launch whose name the run has.
 *
 * The first event of a run may arrive before the answer to its start has bound the run to its
 * launch. It is waited for; if that takes longer, SQS delivers the event again.
 */
export function createFindMirror({ launches, now, sleep }: FindMirrorDeps) {
  /**
   * @returns `undefined` if the bridge has not started the run, or its mirror does not show the status
   * @throws {LedgerError} also while the start of the run is not settled
   */
  return async function findMirror(
    event: WorkloadEvent,
    route: TargetRoute,
    signal: AbortSignal,
  ): Promise<MirroredEvent | undefined> {
    const name = event.kind === 'execution' ? event.executionName : event.batchJobName;
    const untilMs = now().getTime() + boundWithinMs;
    for (;;) {
      const launch = await readLaunchOf(name, event);
      if (launch === undefined || launch.target !== route.target) return undefined;
      if (launch.stage !== 'intended') return toMirrored(event, launch, route);
      if (signal.aborted || now().getTime() + readAgainMs > untilMs) {
        throw new LedgerError({
          doing: `find the launch of ${name}`,
          reason: 'the start is not settled yet; the event is delivered again',
        });
      }
      await sleep(readAgainMs, signal).catch(() => undefined);
    }
  };

  /** The launch that an execution belongs to: of a redrive, the one that has continued it. */
  async function readLaunchOf(name: string, event: WorkloadEvent): Promise<Launch | undefined> {
    let launch = (await launches.readByName(name))?.launch;
    const redrives = event.kind === 'execution' ? event.redriveCount : 0;
    for (let at = 0; at < redrives; at += 1) {
      const next = launch?.continuedBy;
      if (next === undefined || next.redrive > redrives) break;
      launch = (await launches.readByKey(next.launch))?.launch;
    }
    return launch;
  }
}

function toMirrored(
  event: WorkloadEvent,
  launch: Launch,
  route: TargetRoute,
): MirroredEvent | undefined {
  const { mirror, identity, aws } = launch;
  if (mirror === undefined || identity.kind === 'key' || aws === undefined) return undefined;
  // A further Batch job of the same name, or an execution of another start time, is another run.
  const isBound =
    event.kind === 'execution'
      ? event.executionArn === aws.id && event.beganAt.getTime() === aws.beganMs
      : event.batchJobId === aws.id;
  if (!isBound || !isShown(event)) return undefined;
  const action = toMirrorEvent(mirror, event.status);
  if (action === undefined) return undefined;
  const { name, from, endsWithinMs } = route;
  const to = parseAutosysInstance(identity.instance);
  return {
    event: { ...toOwnRedrive(event, aws), launch: toMirroredRun(launch) },
    route: { name, from, endsWithinMs, to, actions: { [event.status]: [action] } },
  };
}

/** An event of an execution that the launch has continued: its redrives count from there. */
function toOwnRedrive(event: WorkloadEvent, { redrive = 0 }: BoundRun): WorkloadEvent {
  if (event.kind !== 'execution') return event;
  return { ...event, redriveCount: Math.max(0, event.redriveCount - redrive) };
}

/**
 * Whether a mirror shows the status of an event. RUNNING of a Batch job is shown from the start on,
 * through all of its attempts.
 */
function isShown({ kind, status }: WorkloadEvent): boolean {
  return kind === 'execution' ? isOver(status) || status === 'RUNNING' : isOver(status);
}
