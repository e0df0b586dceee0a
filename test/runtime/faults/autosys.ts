import { describe, test } from 'vitest';
import {
  acceptAndLose,
  answerAfter,
  compress,
  type Fault,
  neverAnswer,
  resetAfterAccept,
  resetBeforeAnswer,
  respond,
  respondEmpty,
  respondWithPage,
} from '../../../emulator/index.ts';
import { quiet } from './ending.ts';
import { aFailure, anEvent, jil } from './events.ts';
import type { OpenWorld } from './open-world.ts';
import { until } from './world.ts';

/** One answer of AutoSys to a start, with the expected result. */
/** The default `deadline` of an AutoSys instance. */
const deadlineMs = 4 * 24 * 3_600_000;

const answers: readonly {
  readonly when: string;
  readonly fault: Fault;
  readonly runs: 0 | 1;
  readonly parked: readonly string[];
}[] = [
  { when: 'a reset after it was accepted', fault: resetAfterAccept, runs: 1, parked: [] },
  { when: '429 with Retry-After', fault: respond(429, { retryAfter: 1 }), runs: 1, parked: [] },
  { when: '503 with the HTML of Tomcat', fault: respond(503), runs: 1, parked: [] },
  {
    when: 'a reset before it was read',
    fault: resetBeforeAnswer,
    runs: 0,
    parked: ['BRIDGE_OUTCOME_UNKNOWN'],
  },
  { when: '500', fault: respond(500), runs: 0, parked: ['BRIDGE_OUTCOME_UNKNOWN'] },
  {
    when: '201 without an effect',
    fault: acceptAndLose,
    runs: 0,
    parked: ['BRIDGE_OUTCOME_UNKNOWN'],
  },
  { when: '403', fault: respond(403), runs: 0, parked: ['AUTOSYS_UNAUTHORIZED'] },
  { when: '404 with a page', fault: respondWithPage(404), runs: 1, parked: [] },
  { when: '404 without a body', fault: respondEmpty(404), runs: 1, parked: [] },
  {
    when: '503 with a compressed body',
    fault: respond(503, { encoding: 'gzip' }),
    runs: 1,
    parked: [],
  },
  { when: 'a Brotli-compressed answer', fault: compress('br'), runs: 1, parked: [] },
];

/** Cases of faults in AutoSys. */
export function describeAutosys(open: OpenWorld): void {
  describe.concurrent('a start that is answered with', () => {
    test.for(answers)(
      '$when is sent once, runs $runs times, parked: $parked',
      async (row, { expect }) => {
        const { fault, runs, parked } = row;
        await using world = await open({ jil });
        world.autosys.misbehave(fault, { path: 'force-start-job' });

        await world.emit(aFailure());

        expect(await world.settle()).toEqual({ ...quiet, parked });
        expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(runs);
        const stage = runs === 1 ? 'confirmed' : 'parked';
        expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage }]);
        const sent = world.autosys
          .requests()
          .filter(({ path }) => path.includes('force-start-job'));
        // It is sent again only after an answer that says that nothing was done.
        expect(sent).toHaveLength(fault.kind === 'respond' && runs === 1 ? 2 : 1);
      },
    );
  });

  describe.concurrent('a global variable that is answered with', () => {
    test.for([
      { when: 'a reset after it was accepted', fault: resetAfterAccept },
      { when: 'a reset before it was read', fault: resetBeforeAnswer },
      { when: '500', fault: respond(500) },
    ])('$when is still set', async ({ fault }, { expect }) => {
      await using world = await open({ jil });
      world.autosys.misbehave(fault, { path: 'set-global' });

      await world.emit(anEvent());

      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
      expect(world.autosys.instance.job('LOAD')?.run.run).toBe(1);
      expect(await world.ledger.entries('ACE global AWS_SETTLEMENT')).toMatchObject([
        { stage: 'confirmed' },
      ]);
    });

    test('201 without an effect is not set again, and parked at the deadline', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      world.autosys.misbehave(acceptAndLose, { path: 'set-global' });

      await world.emit(anEvent());
      await world.advance(deadlineMs);

      expect(await world.settle()).toEqual({ ...quiet, parked: ['BRIDGE_DEADLINE'] });
      expect(world.values).toEqual([]);
      const sent = world.autosys.requests().filter(({ path }) => path.includes('set-global'));
      expect(sent).toHaveLength(1);
      expect(await world.ledger.text()).toContain('AutoSys shows no such variable');
    });
  });

  describe.concurrent('an AutoSys', () => {
    test('that is down delays no message, and gets everything from the sweep when it is back', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      await world.autosys.goDown();

      await world.emit(anEvent({ status: 'RUNNING' }), aFailure());
      await world.emit(anEvent());
      expect(world.queue.messages()).toEqual([]);
      await world.advance(3_600_000);
      await world.sweep();
      expect(await world.ledger.due()).toHaveLength(2);
      await world.autosys.comeBack();

      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
      expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(1);
      expect(world.values).toEqual(['AWS_SETTLEMENT=SUCCEEDED']);
    });

    test('that does not answer within the timeout still gets everything, and a start never twice', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      // Both execution environments then have a valid login and send concurrently.
      await world.emit(anEvent({ stateMachine: 'desk-1' }));
      world.autosys.misbehave(neverAnswer, { path: 'set-global' });
      world.autosys.misbehave(answerAfter(60_000), { path: 'force-start-job' });

      await world.emit(anEvent(), aFailure());

      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.globalVariable('AWS_SETTLEMENT')?.value).toBe('SUCCEEDED');
      expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(1);
    });

    test('that does not know the job parks the start at once, and gets no more requests', async ({
      expect,
    }) => {
      await using world = await open();

      await world.emit(aFailure());
      const asked = world.autosys.requests().length;

      expect(await world.settle()).toEqual({ ...quiet, parked: ['AUTOSYS_JOB_NOT_FOUND'] });
      expect(world.autosys.requests()).toHaveLength(asked);
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([
        { stage: 'parked', parked: { reason: expect.stringContaining('REPAIR') } },
      ]);
    });

    test('that fails over gets events through its standby, and lost values are set again', async ({
      expect,
    }) => {
      await using world = await open({ jil, standby: true });
      const value = (name: string) => world.standby.instance.globalVariable(name)?.value;
      await world.emit(anEvent({ stateMachine: 'desk-1' }));
      expect(world.autosys.instance.globalVariable('AWS_desk-1')?.value).toBe('SUCCEEDED');
      await world.autosys.goDown();

      await world.emit(anEvent());
      expect(value('AWS_SETTLEMENT')).toBe('SUCCEEDED');
      expect(value('AWS_desk-1')).toBeUndefined();
      // A confirmed value is read back again five minutes later.
      await world.advance(360_000);
      await world.sweep();

      expect(await world.settle()).toEqual(quiet);
      expect(value('AWS_desk-1')).toBe('SUCCEEDED');
      const [entry] = await world.ledger.entries('ACE global AWS_desk-1');
      expect(entry).toMatchObject({ stage: 'confirmed' });
      expect(entry?.history.map(({ text }) => text)).toContainEqual(
        expect.stringContaining('AutoSys has lost it'),
      );
    });

    test('whose password changes during a burst rejects each execution environment twice at most', async ({
      expect,
    }) => {
      await using world = await open({ jil });
      const burst = Array.from({ length: 40 }, (_, at) => anEvent({ stateMachine: `desk-${at}` }));
      const requests = () => world.autosys.requests();
      const countRejected = () => requests().filter(({ status }) => status === 401).length;
      // Latency as to a bank, so that many requests are under way when the first is rejected.
      world.autosys.misbehave(answerAfter(50), { times: 'always' });

      let isOver = false;
      const emitted = world.emit(...burst).finally(() => {
        isOver = true;
      });
      await until('the burst is under way', () => requests().length >= 20 || isOver);
      world.rotate('hunter2-of-the-morning');
      await until('a login was rejected', () => countRejected() > 0 || isOver);
      world.publish();
      await emitted;
      const sandboxes = world.report.pids().length;

      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.globalVariables().size).toBe(40);
      // The sweep is one more execution environment.
      expect(countRejected()).toBeLessThanOrEqual(2 * (sandboxes + 1));
    });
  });
}
