import { describe, expect, test } from 'vitest';
import {
  compress,
  contentEncodings,
  type Fault,
  respond,
  respondEmpty,
  respondWithPage,
} from '../../emulator/index.ts';
import { type Bridge, buildBridge } from '../support/bridge.ts';
import { anExecutionEvent, namesOfRun } from '../support/builders.ts';

const jil = `
  insert_job: REPAIR  job_type: CMD  machine: host1  command: true
  insert_job: OTHER  job_type: CMD  machine: host1  command: true`;
const setting = '  - { name: settlement, from: { stateMachine: settlement }, global: AWS_RUN }';
const starting = `
  - name: settlement
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: REPAIR }]
  - name: other
    from: { stateMachine: other }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: OTHER }]`;
const otherEvent = (name: string) => anExecutionEvent(namesOfRun(name, 'other'));
const pages = [403, 404, 405, 407, 415, 421, 426];

/** Longer than any retry delay. */
async function drainLater({ autosys, sandbox }: Bridge): Promise<void> {
  await autosys.clock.advance(360_000);
  await sandbox.drain();
}

describe('while AEWS is not deployed', () => {
  test.for(pages)(
    'a page with %i parks nothing, and the effect is executed afterwards',
    async (status) => {
      await using bridge = await buildBridge({ routes: setting });
      const { emulator } = bridge.autosys;
      emulator.misbehave(respondWithPage(status), { times: 'always' });
      await bridge.sandbox.take([anExecutionEvent()]);
      await drainLater(bridge);
      expect([await bridge.due(), await bridge.parked()]).toMatchObject([[{ stage: 'due' }], []]);

      emulator.behave();
      await drainLater(bridge);

      await bridge.autosys.act();
      expect(bridge.globalVariable('AWS_RUN')).toBe('SUCCEEDED');
      expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    },
  );

  test('pages open the circuit breaker, like a 503', async () => {
    await using bridge = await buildBridge({ routes: setting });
    bridge.autosys.emulator.misbehave(respondWithPage(404), { times: 'always' });

    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await bridge.sandbox.take([anExecutionEvent(namesOfRun(name))]);
    }

    expect(bridge.sandbox.lines.at(-1)).toMatchObject({
      message: 'effect deferred',
      reason: expect.stringMatching(/^AutoSys must not be called now: .*404/),
    });
  });

  test('a page as the answer of a read-back leaves the value unconfirmed', async () => {
    await using bridge = await buildBridge({ routes: setting });
    const { emulator } = bridge.autosys;
    emulator.misbehave(respondWithPage(404), { path: 'command/run', times: 'always' });
    await bridge.sandbox.take([anExecutionEvent()]);
    expect(await bridge.due()).toHaveLength(1);

    emulator.behave();
    await drainLater(bridge);

    expect(bridge.sandbox.lines.at(-1)).toMatchObject({ message: 'effect confirmed' });
    expect(await bridge.due()).toEqual([]);
  });
});

describe('an empty 404 for one job', () => {
  /**
   * The start of the job is answered 404 without a body. AutoSys answers other requests normally.
   */
  const build = async () => {
    const bridge = await buildBridge({ routes: starting, jil });
    bridge.autosys.emulator.misbehave(respondEmpty(404), { path: 'force-start-job', times: 12 });
    return bridge;
  };

  test('delays no other entry, however often it occurs', async () => {
    await using bridge = await build();
    await bridge.sandbox.take([anExecutionEvent()]);
    await drainLater(bridge);
    await drainLater(bridge);
    await drainLater(bridge);
    expect(await bridge.due()).toMatchObject([{ stage: 'due' }]);

    await bridge.sandbox.take([otherEvent('one')]);

    expect(bridge.runs('OTHER')).toBe(1);
  });

  test('parks its entry after a request for another job was answered', async () => {
    await using bridge = await buildBridge({ routes: starting, jil });
    await bridge.sandbox.take([otherEvent('one')]);
    bridge.autosys.emulator.misbehave(respondEmpty(404), { path: 'force-start-job', times: 12 });

    await bridge.sandbox.take([anExecutionEvent()]);

    expect(await bridge.parked()).toMatchObject([{ parked: { code: 'AUTOSYS_REFUSED' } }]);
  });
});

describe('a compressed answer', () => {
  test.for(contentEncodings)(
    'causes one start and parks nothing for a fault of the bridge: %s',
    async (encoding) => {
      await using bridge = await buildBridge({ routes: starting, jil });
      const { emulator } = bridge.autosys;
      emulator.misbehave(compress(encoding), { times: 4 });

      await bridge.sandbox.take([anExecutionEvent()]);
      for (let drains = 0; drains < 4; drains += 1) await drainLater(bridge);

      expect(bridge.runs('REPAIR')).toBe(1);
      expect(JSON.stringify(bridge.sandbox.lines)).not.toMatch(
        /TypeError|is not a function|DEFECT/,
      );
      expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    },
  );

  test.for<{ what: string; fault: Fault }>([
    ...contentEncodings.map((encoding) => ({
      what: encoding,
      fault: respondWithPage(401, { encoding }),
    })),
    { what: 'plain', fault: respond(401) },
  ])('is a rejected login if it is 401, and is not sent more often: $what', async ({ fault }) => {
    await using bridge = await buildBridge({ routes: setting });
    const { emulator } = bridge.autosys;
    emulator.misbehave(fault, { times: 'always' });

    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await bridge.sandbox.take([anExecutionEvent(namesOfRun(name))]);
    }

    expect(emulator.requests().filter(({ status }) => status === 401).length).toBeLessThanOrEqual(
      2,
    );
    expect(await bridge.parked()).toEqual([]);
  });
});
