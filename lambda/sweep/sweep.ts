import type { DrainResult } from '../delivery/drain.ts';
import type { InstanceConfig } from '../routing/routes.ts';
import type { RunAnswerResult } from './answer.ts';
import type { createHealth } from './health.ts';
import type { RatePermit } from './rate-limiter.ts';
import type { Recheck } from './recheck.ts';
import type { createSweepTelemetry } from './telemetry.ts';

export interface SweepDeps {
  readonly instances: readonly Pick<InstanceConfig, 'name' | 'rereadForMs'>[];
  readonly drain: (name: InstanceConfig['name'], signal: AbortSignal) => AsyncIterable<DrainResult>;
  readonly reread: (
    instance: Pick<InstanceConfig, 'name' | 'rereadForMs'>,
    signal: AbortSignal,
  ) => AsyncIterable<Recheck>;
  /** Parks what is open for instances that the route file does not have. */
  readonly parkUnknown: (pass: RatePermit) => AsyncIterable<DrainResult>;
  readonly ask: (pass: RatePermit, tell: (asked: RunAnswerResult) => void) => Promise<void>;
  readonly standing: ReturnType<typeof createHealth>;
  readonly account: ReturnType<typeof createSweepTelemetry> & {
    readonly drained: (drained: DrainResult) => void;
  };
}

/**
 * Binds what is done each minute, one AutoSys beside the other: what is due first, then what is to be read again; and
 * beside them AWS is asked, so slowly that the drain does not feel it.
 *
 * A part that fails does not keep the others from their work, nor how things stand from being told.
 */
export function createSweep(deps: SweepDeps) {
  const { instances, drain, reread, parkUnknown, ask, standing, account } = deps;
  return async (pass: RatePermit): Promise<void> => {
    const work = await Promise.allSettled([
      ...instances.map(async (instance) => {
        for await (const drained of drain(instance.name, pass.signal)) account.drained(drained);
        for await (const read of reread(instance, pass.signal)) account.reread(read);
      }),
      parkAll(pass),
      ask(pass, account.asked),
    ]);
    const told = await Promise.allSettled([
      standing.runs().then(account.runsStand),
      ...instances.map(async ({ name }) => account.instanceStands(await standing.instance(name))),
    ]);
    const failed = [...work, ...told].find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  };
  async function parkAll(pass: RatePermit): Promise<void> {
    for await (const parked of parkUnknown(pass)) account.drained(parked);
  }
}
