import { describe, test } from 'vitest';
import { seededRandom } from '../../../local/index.ts';
import { quiet } from './ending.ts';
import { aFailure, anEvent, jil } from './events.ts';
import type { OpenWorld } from './open-world.ts';

/** Cases of repeated, late and concurrent events. */
export function describeOrder(open: OpenWorld): void {
  describe.concurrent('events', () => {
    test('that are late or repeated change nothing newer, until a redrive does', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      const value = () => world.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value;
      const ended = anEvent({ status: 'FAILED' });
      await world.emit(ended, ended);

      await world.emit(
        anEvent({ status: 'RUNNING' }),
        anEvent({ run: 'earlier', began: -600 }),
        ended,
      );
      expect(value()).toBe('FAILED');
      await world.emit(anEvent({ redriveCount: 1 }));
      await world.emit(anEvent({ status: 'RUNNING', redriveCount: 1 }), ended);

      expect(await world.settle()).toEqual(quiet);
      expect(value()).toBe('SUCCEEDED');
      expect(world.autosys.instance.job('LOAD')?.run.run).toBe(1);
      expect(await world.ledger.entries('ACE global AWS_SETTLEMENT')).toMatchObject([
        { stage: 'confirmed', version: { status: 'SUCCEEDED', attempt: 1 } },
      ]);
      expect(world.values).toEqual(['AWS_SETTLEMENT=FAILED', 'AWS_SETTLEMENT=SUCCEEDED']);
    });

    test('of one failure, however many, start the job once', async ({ expect }) => {
      await using world = await open({ jil });
      const failure = aFailure();

      await world.emit(failure, failure, failure);
      await world.emit(failure, { ...failure, id: 'repeated' });

      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(1);
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage: 'confirmed' }]);
    });

    test('fifty at once, shuffled and repeated, leave each of five targets with its newest run', async ({
      expect,
    }) => {
      const faultInjection = { random: seededRandom(3), duplicate: 0.3, shuffle: true };
      await using world = await open({ jil, faultInjection });
      const rateLimiters = [1, 2, 3, 4, 5];
      const burst = rateLimiters.flatMap((rateLimiter) =>
        [1, 2, 3, 4, 5].flatMap((run) =>
          ['RUNNING', run === 5 ? 'TIMED_OUT' : 'SUCCEEDED'].map((status) =>
            anEvent({
              stateMachine: `desk-${rateLimiter}`,
              run: `run-${run}`,
              began: run,
              status,
            }),
          ),
        ),
      );

      await world.emit(...burst);

      expect(world.report.pids().length).toBeGreaterThan(1);
      expect(await world.settle()).toEqual(quiet);
      for (const rateLimiter of rateLimiters) {
        const name = `AWS_desk-${rateLimiter}`;
        expect(world.autosys.instance.globalVariable(name)?.value).toBe('TIMED_OUT');
        expect(await world.ledger.entries(`ACE global ${name}`)).toMatchObject([
          { stage: 'confirmed', version: { status: 'TIMED_OUT' } },
        ]);
      }
    });
  });
}
