import type { Drained } from '../report/drain.ts';
import type { InstanceConfig } from '../shared/routes.ts';
import type { createSweepAccount } from './account.ts';
import type { Asked } from './answer.ts';
import type { Pass } from './desk.ts';
import type { Reread } from './reread.ts';
import type { createStanding } from './standing.ts';

export interface SweepPowers {
  readonly instances: readonly Pick<InstanceConfig, 'name' | 'rereadForMs'>[];
  readonly drain: (name: InstanceConfig['name'], signal: AbortSignal) => AsyncIterable<Drained>;
  readonly reread: (
    instance: Pick<InstanceConfig, 'name' | 'rereadForMs'>,
    signal: AbortSignal,
  ) => AsyncIterable<Reread>;
  /** Parks what is open for instances that the route file does not have. */
  readonly parkUnknown: (pass: Pass) => AsyncIterable<Drained>;
  readonly ask: (pass: Pass, tell: (asked: Asked) => void) => Promise<void>;
  readonly standing: ReturnType<typeof createStanding>;
  readonly account: ReturnType<typeof createSweepAccount> & {
    readonly drained: (drained: Drained) => void;
  };
}

/**
 * Binds what is done each minute, one AutoSys beside the other: what is due first, then what is to be read again; and
 * beside them AWS is asked, so slowly that the drain does not feel it.
 *
 * A part that fails does not keep the others from their work, nor how things stand from being told.
 */
export function createSweep(powers: SweepPowers) {
  const { instances, drain, reread, parkUnknown, ask, standing, account } = powers;
  return async (pass: Pass): Promise<void> => {
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
  async function parkAll(pass: Pass): Promise<void> {
    for await (const parked of parkUnknown(pass)) account.drained(parked);
  }
}
