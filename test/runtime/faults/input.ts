import { describe, test } from 'vitest';
import { answerAfter } from '../../../emulator/index.ts';
import { batchSecret } from '../../support/builders.ts';
import { quiet } from './ending.ts';
import { aBatchEnd, aFailure, anEvent, jil } from './events.ts';
import type { OpenWorld } from './open-world.ts';
import { until } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Cases of invalid input: messages, rows, secrets, clocks. */
export function describeInput(open: OpenWorld): void {
  describe.concurrent('messages that cannot be parsed', () => {
    test('become dead letters, and the rest of their batch is handled', async ({ expect }) => {
      await using world = await open({ jil });
      world.queue.send(`{"detail": "${batchSecret}`);

      const [first] = await world.emit(
        aBatchEnd({ attempts: batchSecret }),
        aBatchEnd(),
        anEvent(),
        aFailure(),
      );

      expect(first?.failedMessageIds.length).toBeLessThan(first?.messageIds.length ?? 0);
      expect(await world.settle()).toEqual({ ...quiet, deadLetters: 2 });
      const { instance } = world.autosys;
      expect(instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
      expect(instance.job('RISK_IN_AWS')?.status).toBe('SUCCESS');
      expect(instance.job('LOAD')?.run.run).toBeGreaterThan(0);
      expect(instance.job('REPAIR')?.history).toHaveLength(1);
      expect(await world.ledger.entries('ACE job RISK_IN_AWS')).toMatchObject([
        { stage: 'confirmed', event: { kind: 'CHANGE_STATUS', status: 'SUCCESS' } },
      ]);
    });
  });

  describe.concurrent('a row of newer software', () => {
    test('is not changed; its messages become dead letters, all others are handled', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      const body = { format: 2, kind: 'state', request: 'of another shape' };
      const key = 'state ACE global AWS_SETTLEMENT';
      const expiresAt = new Date(world.time.now() + 90 * dayMs);
      await world.ledger.write({ key, body, expiresAt });

      await world.emit(anEvent(), aFailure(), aBatchEnd());

      expect(await world.settle()).toEqual({ ...quiet, deadLetters: 1 });
      expect(await world.ledger.text()).toContain('of another shape');
      const { instance } = world.autosys;
      expect(instance.globalVariable('AWS_SETTLEMENT')).toBeUndefined();
      expect(instance.globalVariable('AWS_RISK')?.value).toBe('SUCCEEDED');
      expect(instance.job('REPAIR')?.history).toHaveLength(1);
      expect(world.aws.logs().map(({ line }) => line)).toContainEqual(
        expect.stringContaining('a format this software does not know; deploy the newer software'),
      );
    });

    test('that is due does not stop the sweep from sending others', async ({ expect }) => {
      await using world = await open({ jil });
      await world.autosys.goDown();
      await world.emit(anEvent());
      const now = world.time.now();
      await world.ledger.write({
        key: 'state ACE global AWS_TOMORROW',
        body: { format: 2 },
        agenda: { list: 'due ACE', at: new Date(now - dayMs) },
        expiresAt: new Date(now + 90 * dayMs),
      });
      await world.autosys.comeBack();

      await world.advance(hourMs);
      await world.sweep();

      expect(await world.ending()).toEqual({ ...quiet, due: 1 });
      expect(world.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
      expect(await world.ledger.entries('ACE global AWS_SETTLEMENT')).toMatchObject([
        { stage: 'confirmed' },
      ]);
    });
  });

  describe.concurrent('a secret', () => {
    test.for(['hunter2', '{"user": "autosys", "pass": "hunter2"}'])(
      'with the text %s keeps everything waiting, and nothing is lost when it is corrected',
      async (secret, { expect }) => {
        await using world = await open({ jil, secret });

        await world.emit(anEvent(), aFailure());
        expect(world.queue.messages()).toEqual([]);
        expect(world.autosys.requests()).toEqual([]);
        expect(await world.ending()).toEqual({ ...quiet, due: 2 });
        world.publish();

        expect(await world.settle()).toEqual(quiet);
        expect(world.autosys.instance.job('LOAD')?.run.run).toBeGreaterThan(0);
        expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(1);
        expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([
          { stage: 'confirmed' },
        ]);
      },
    );
  });

  describe.concurrent('a clock of the functions', () => {
    test.for([
      { how: 'ahead by a week', ms: 7 * dayMs },
      { how: 'back by an hour', ms: -hourMs },
    ])(
      'that jumps $how while a start is under way starts the job once',
      async ({ ms }, { expect }) => {
        await using world = await open({ jil });
        const history = () => world.autosys.instance.job('REPAIR')?.history;
        world.autosys.misbehave(answerAfter(500), { path: 'force-start-job' });

        const emitted = world.emit(aFailure());
        await until('the job has started', () => history()?.length === 1);
        world.time.moveBy(ms);
        await Promise.all([emitted, world.sweep()]);
        // A write that the jump interrupts causes a redelivery. A jump of a week at once would
        // cause five.
        await world.advance(360_000);
        await world.emit(anEvent({ began: Math.max(0, ms / minuteMs) }));
        await world.advance(Math.abs(ms));

        expect(await world.settle()).toEqual(quiet);
        expect(history()).toHaveLength(1);
        expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([
          { stage: 'confirmed' },
        ]);
        expect(world.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
      },
    );

    test('that goes back an hour after a function crashed only delays its work', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      const history = () => world.autosys.instance.job('REPAIR')?.history;
      world.autosys.misbehave(answerAfter(60_000), { path: 'force-start-job' });
      const emitted = world.emit(aFailure());
      await until('the job has started', () => history()?.length === 1);
      world.killReport();
      await emitted;

      world.time.moveBy(-hourMs);
      await world.advance(360_000);
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage: 'sending' }]);
      await world.advance(hourMs);

      expect(await world.settle()).toEqual(quiet);
      expect(history()).toHaveLength(1);
    });
  });
}
