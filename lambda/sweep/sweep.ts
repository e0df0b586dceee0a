import type { DrainResult } from '../delivery/drain.ts';
import type { InstanceConfig } from '../routing/routes.ts';
import type { ObservedCheck } from './check-observed.ts';
import type { createHealth } from './health.ts';
import type { OpenedDay } from './open-group-days.ts';
import type { SweepDeadline } from './rate-limiter.ts';
import type { Recheck } from './recheck.ts';
import type { RunAnswerResult } from './run-answer.ts';
import type { createSweepTelemetry } from './telemetry.ts';

export interface SweepDeps {
  readonly instances: readonly Pick<InstanceConfig, 'name' | 'rereadForMs'>[];
  readonly drain: (name: InstanceConfig['name'], signal: AbortSignal) => AsyncIterable<DrainResult>;
  readonly recheck: (
    instance: Pick<InstanceConfig, 'name' | 'rereadForMs'>,
    signal: AbortSignal,
  ) => AsyncIterable<Recheck>;
  /** Reads what AutoSys shows of the old reactions of observed routes. */
  readonly checkObserved: (
    name: InstanceConfig['name'],
    signal: AbortSignal,
  ) => AsyncIterable<ObservedCheck>;
  /** Parks pending entries of instances that are not in the route file. */
  readonly parkUnknown: (deadline: SweepDeadline) => AsyncIterable<DrainResult>;
  readonly ask: (
    deadline: SweepDeadline,
    onResult: (result: RunAnswerResult) => void,
  ) => Promise<void>;
  /** Opens the business days of groups. */
  readonly openDays: (deadline: SweepDeadline) => AsyncIterable<OpenedDay>;
  /** Checks launches: starts without a known outcome, stops, waiting commands that are gone. */
  readonly checkLaunches: (deadline: SweepDeadline) => Promise<void>;
  /** Compares the recorded outages of an instance with the present ones. */
  readonly reconcileOutages: (name: InstanceConfig['name']) => Promise<void>;
  readonly health: ReturnType<typeof createHealth>;
  readonly telemetry: ReturnType<typeof createSweepTelemetry> & {
    readonly drained: (drained: DrainResult) => void;
    readonly dayOpened: (opened: OpenedDay) => void;
  };
}

/**
 * Creates the sweep. All AutoSys instances are processed in parallel: first the drain, then the
 * rechecks. At the same time AWS is asked, slowly enough not to delay the drain.
 *
 * A part that fails does not stop the other parts, nor the health metrics. The first failure is
 * thrown at the end.
 */
export function createSweep(deps: SweepDeps) {
  const { instances, drain, recheck, checkObserved, parkUnknown, openDays, ask, checkLaunches } =
    deps;
  const { reconcileOutages, health, telemetry } = deps;
  return async function sweep(deadline: SweepDeadline): Promise<void> {
    const work = await Promise.allSettled([
      ...instances.map(async (instance) => {
        for await (const drained of drain(instance.name, deadline.signal))
          telemetry.drained(drained);
        for await (const checked of recheck(instance, deadline.signal))
          telemetry.rechecked(checked);
        for await (const checked of checkObserved(instance.name, deadline.signal))
          telemetry.observedChecked(checked);
        // After the drain, which may have closed the circuit breaker.
        await reconcileOutages(instance.name);
      }),
      parkAll(deadline),
      openAll(deadline),
      ask(deadline, telemetry.runAsked),
      checkLaunches(deadline),
    ]);
    const measured = await Promise.allSettled([
      health.runs().then(telemetry.runsHealth),
      ...instances.map(async ({ name }) => telemetry.instanceHealth(await health.instance(name))),
    ]);
    const failed = [...work, ...measured].find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };

  async function openAll(deadline: SweepDeadline): Promise<void> {
    for await (const opened of openDays(deadline)) telemetry.dayOpened(opened);
  }

  async function parkAll(deadline: SweepDeadline): Promise<void> {
    for await (const parked of parkUnknown(deadline)) telemetry.drained(parked);
  }
}
