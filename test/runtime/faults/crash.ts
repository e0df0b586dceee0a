import { describe, test } from 'vitest';
import { answerAfter } from '../../../emulator/index.ts';
import { quiet } from './ending.ts';
import { aFailure, anEvent, jil } from './events.ts';
import type { OpenWorld } from './open-world.ts';
import { until } from './world.ts';

/** Cases of functions that crash, and of lost events. */
export function describeCrash(open: OpenWorld): void {
  describe.concurrent('a function', () => {
    test('that is killed after AutoSys accepted the start, before that is recorded, starts the job once', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      const runs = () => world.autosys.instance.job('REPAIR')?.history.length;
      world.autosys.misbehave(answerAfter(60_000), { path: 'force-start-job' });

      const emitted = world.emit(aFailure());
      await until('the job has started', () => runs() === 1);
      world.killReport();
      const [invocation] = await emitted;

      expect(invocation?.result).toMatchObject({
        kind: 'failed',
        functionError: { errorType: 'Runtime.ExitError' },
      });
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage: 'sending' }]);
      expect(await world.settle()).toEqual(quiet);
      expect(runs()).toBe(1);
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage: 'confirmed' }]);
    });

    test('that is killed before it has sent its start parks it for an operator, and starts nothing', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      // The claim is stored, and the function gets no answer.
      world.tables.addFault(
        { kind: 'silentAfter' },
        { operation: 'PutItem', pattern: /sending/, times: 3 },
      );

      const emitted = world.emit(aFailure());
      await until('the claim is written', () => world.tables.faulted > 0);
      world.killReport();
      await emitted;

      expect(await world.settle()).toEqual({ ...quiet, parked: ['BRIDGE_OUTCOME_UNKNOWN'] });
      expect(world.autosys.instance.job('REPAIR')?.history).toEqual([]);
    });

    test('that is killed during a burst leaves every value to be set later', async ({ expect }) => {
      await using world = await open({ jil });
      const burst = Array.from({ length: 30 }, (_, at) => anEvent({ stateMachine: `desk-${at}` }));

      const emitted = world.emit(...burst);
      const isUnderWay = () => world.autosys.requests().length >= 10;
      await until(
        'the burst is under way',
        () => isUnderWay() || world.aws.invocations().length > 0,
      );
      world.killReport();
      await emitted;

      expect(await world.settle()).toEqual(quiet);
      const values = [...world.autosys.instance.globalVariables().values()];
      expect(values.map(({ value }) => value)).toEqual(burst.map(() => 'SUCCEEDED'));
    });
  });

  describe.concurrent('an end without an event', () => {
    test('is found while AutoSys is down, and reported when it is back', async ({ expect }) => {
      await using world = await open({ jil });
      // The functions use the clock of this machine, and ask about a run an hour after it began.
      await world.emit(anEvent({ status: 'RUNNING' }));
      world.aws.workloads.put(anEvent());
      await world.autosys.goDown();
      await world.advance(7_200_000);

      await world.sweep();
      expect(await world.ledger.due()).toMatchObject([{ version: { status: 'SUCCEEDED' } }]);
      await world.autosys.comeBack();

      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.job('LOAD')?.run.run).toBe(1);
      expect(await world.ledger.entries('ACE global AWS_SETTLEMENT')).toMatchObject([
        { stage: 'confirmed', cause: { recovered: true } },
      ]);
      expect(world.aws.workloads.lookups).toHaveLength(1);
    });
  });
}
