import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';

const runs = ['run-1', 'run-2', 'run-3'] as const;

/** A job for each run, which a second start would start again: it takes no time. */
const jil = runs
  .map((run) => `insert_job: REPAIR_${run}  job_type: CMD  machine: host1  command: true`)
  .join('\n');
const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: "AWS_\${executionName:20}"
    events: [{ on: FAILED, event: FORCE_STARTJOB, job: "REPAIR_\${executionName:20}" }]`;

const arn = 'arn:aws:states:eu-west-1:111122223333:execution:settlement';

/** One announcement of a failed run; a repeated one has another id. */
function failed(run: string, announcement: number) {
  return anExecutionEvent(
    { executionArn: `${arn}:${run}`, name: run, status: 'FAILED', output: null },
    { id: `315c1398-40ff-a850-213b-00000000000${announcement}` },
  );
}

const starts = (bridge: Bridge) => runs.map((run) => bridge.runs(`REPAIR_${run}`));
const values = (bridge: Bridge) => runs.map((run) => bridge.globalVariable(`AWS_${run}`));

describe('a one-off', () => {
  test('is sent once, though each event comes five times and in any order', async () => {
    const announced = runs.flatMap((run) => [1, 2, 3, 4, 5].map((nth) => failed(run, nth)));
    const shuffled = fc.shuffledSubarray(announced, { minLength: announced.length });
    const cut = fc.integer({ min: 1, max: announced.length - 1 });

    await fc.assert(
      fc.asyncProperty(shuffled, cut, async (events, at) => {
        await using bridge = await buildBridge({ jil, routes });

        await bridge.sandbox.take(events.slice(0, at));
        await bridge.autosys.act();
        await bridge.sandbox.take(events.slice(at));
        await bridge.autosys.act();

        expect(starts(bridge)).toEqual([1, 1, 1]);
        expect(values(bridge)).toEqual(['FAILED', 'FAILED', 'FAILED']);
      }),
      { numRuns: 6 },
    );
  });

  test('is told as done the first time and as a duplicate each time after', async () => {
    await using bridge = await buildBridge({ jil, routes });

    const givenBack = await bridge.sandbox.take([1, 2, 3, 4, 5].map((nth) => failed('run-1', nth)));

    expect(givenBack).toEqual([]);
    const oneOffs = bridge.sandbox.lines.filter(({ autosysEvent }) =>
      String(autosysEvent).startsWith('FORCE_STARTJOB'),
    );
    expect(oneOffs.map(({ message }) => message)).toEqual([
      'confirmed',
      ...Array.from({ length: 4 }, () => 'duplicate'),
    ]);
  });

  test('is looked for, not sent again, when it is redelivered to another sandbox', async () => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.sandbox.take([failed('run-1', 1)]);
    await bridge.autosys.act();
    const other = bridge.openAnother();

    const givenBack = await other.take([failed('run-1', 1)], 2);
    await bridge.autosys.act();

    expect(givenBack).toEqual([]);
    expect(bridge.runs('REPAIR_run-1')).toBe(1);
    expect(other.lines.at(-1)).toMatchObject({ message: 'confirmed' });
  });

  test('is sent by the other sandbox when the first could not send it', async () => {
    await using bridge = await buildBridge({ jil, routes });
    await bridge.autosys.emulator.goDown();
    const event = failed('run-1', 1);
    expect(await bridge.sandbox.take([event])).toEqual([event]);
    await bridge.autosys.emulator.comeBack();

    const givenBack = await bridge.openAnother().take([event], 2);
    await bridge.autosys.act();

    expect(givenBack).toEqual([]);
    expect(bridge.runs('REPAIR_run-1')).toBe(1);
  });

  test('of a redrive is another one, though the run is the same', async () => {
    await using bridge = await buildBridge({ jil, routes });
    const redriven = { ...failed('run-1', 2).detail, redriveCount: 1 };

    await bridge.sandbox.take([failed('run-1', 1)]);
    await bridge.autosys.act();
    await bridge.sandbox.take([anExecutionEvent(redriven), anExecutionEvent(redriven)]);
    await bridge.autosys.act();

    expect(bridge.runs('REPAIR_run-1')).toBe(2);
  });
});
