import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { metrics } from '../../lambda/contract.ts';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun } from '../support/builders.ts';
import type { SandboxLine } from '../support/sandbox.ts';

const runs = ['run-1', 'run-2', 'run-3'] as const;

/** A job per run that takes no time, so that a second start would run it again. */
const jil = runs
  .map((run) => `insert_job: REPAIR_${run}  job_type: CMD  machine: host1  command: true`)
  .join('\n');
const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: "AWS_\${executionName:20}"
    events: [{ on: FAILED, event: FORCE_STARTJOB, job: "REPAIR_\${executionName:20}" }]`;

/** Builds an event of a failed run. A repetition has another id. */
function failed(run: string, repetition: number) {
  return anExecutionEvent(
    { ...namesOfRun(run), status: 'FAILED', output: null },
    { id: `315c1398-40ff-a850-213b-00000000000${repetition}` },
  );
}

const starts = (bridge: Bridge) => runs.map((run) => bridge.runs(`REPAIR_${run}`));
const values = (bridge: Bridge) => runs.map((run) => bridge.globalVariable(`AWS_${run}`));

describe('a one-shot', () => {
  test('is sent once, although each event arrives five times and in any order', async () => {
    const allEvents = runs.flatMap((run) => [1, 2, 3, 4, 5].map((nth) => failed(run, nth)));
    const shuffled = fc.shuffledSubarray(allEvents, { minLength: allEvents.length });
    const cut = fc.integer({ min: 1, max: allEvents.length - 1 });

    await fc.assert(
      fc.asyncProperty(shuffled, cut, async (events, at) => {
        await using bridge = await buildBridge({ jil, routes });

        const other = bridge.openAnother();

        await bridge.sandbox.take(events.slice(0, at));
        await bridge.autosys.act();
        await other.take(events.slice(at));
        await bridge.autosys.act();
        await bridge.autosys.clock.advance(360_000);
        await other.drain();

        expect(starts(bridge)).toEqual([1, 1, 1]);
        expect(values(bridge)).toEqual(['FAILED', 'FAILED', 'FAILED']);
      }),
      { numRuns: 6 },
    );
  });

  test('is logged as confirmed once, and as dropped each time after', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const isOneOff = ({ autosysEvent }: SandboxLine) =>
      String(autosysEvent).startsWith('FORCE_STARTJOB');

    await bridge.sandbox.take([1, 2, 3].map((nth) => failed('run-1', nth)));
    await bridge.sandbox.take([4, 5].map((nth) => failed('run-1', nth)));

    const outcomes = bridge.sandbox.lines.filter(isOneOff);
    expect(outcomes.map(({ message, reason }) => [message, reason])).toEqual([
      ['effect confirmed', undefined],
      ['effect discarded', expect.stringMatching(/^duplicate of event .+, which is confirmed$/)],
      ['effect discarded', expect.stringMatching(/^duplicate of event .+, which is confirmed$/)],
      ['effect discarded', expect.stringMatching(/^duplicate of event .+, which is confirmed$/)],
      ['effect discarded', expect.stringMatching(/^duplicate of event .+, which is confirmed$/)],
    ]);
    expect(bridge.sandbox.metrics).toMatchObject({
      [metrics.confirmed]: 2,
      [metrics.discarded]: 8,
    });
  });

  test('is known to every other execution environment, which sends no request to AutoSys', async () => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.sandbox.take([failed('run-1', 1)]);
    await bridge.autosys.act();
    const requests = bridge.autosys.emulator.requests().length;
    const other = bridge.openAnother();

    const returned = await other.take([failed('run-1', 1)], 2);
    await bridge.autosys.act();

    expect(returned).toEqual([]);
    expect(bridge.runs('REPAIR_run-1')).toBe(1);
    expect(other.lines).toMatchObject([
      { message: 'effect discarded', reason: expect.stringMatching(/^duplicate of event /) },
      { message: 'effect discarded', reason: expect.stringMatching(/^duplicate of event /) },
    ]);
    expect(bridge.autosys.emulator.requests()).toHaveLength(requests);
  });

  test('is drained by another execution environment when the first could not send it', async () => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.autosys.emulator.goDown();
    expect(await bridge.sandbox.take([failed('run-1', 1)])).toEqual([]);
    expect(await bridge.due()).toHaveLength(2);
    await bridge.autosys.emulator.comeBack();
    await bridge.autosys.clock.advance(360_000);
    const other = bridge.openAnother();

    await other.drain();
    await bridge.autosys.act();

    expect(other.lines.map(({ message }) => message)).toEqual([
      'effect confirmed',
      'effect confirmed',
    ]);
    expect(bridge.runs('REPAIR_run-1')).toBe(1);
    expect(bridge.globalVariable('AWS_run-1')).toBe('FAILED');
    expect(await bridge.due()).toEqual([]);
  });

  test('of a redrive is another one-shot, although the run is the same', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const redriven = { ...failed('run-1', 2).detail, redriveCount: 1 };

    await bridge.sandbox.take([failed('run-1', 1)]);
    await bridge.autosys.act();
    await bridge.sandbox.take([anExecutionEvent(redriven), anExecutionEvent(redriven)]);
    await bridge.autosys.act();

    expect(bridge.runs('REPAIR_run-1')).toBe(2);
  });
});
