import { describe, expect, test } from 'vitest';
import { parseGlobalName, parseGlobalValue } from '../../autosys/names.ts';
import { type Fault, halfAResponse, resetAfterAccept, respond } from '../../emulator/index.ts';
import { type Bridge, buildBridge, passMinutes } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';

const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT`;
/** A short job, so that a second start shows as a second run. */
const jil = `insert_job: LOAD  job_type: CMD  machine: host1  command: sleep 5
condition: value(AWS_SETTLEMENT) = "SUCCEEDED"`;
const minuteMs = 60_000;

const sets = ({ autosys }: Bridge, value: string) =>
  autosys.emulator.instance
    .events()
    .filter((event) => event.name === 'SET_GLOBAL' && JSON.stringify(event).includes(value)).length;

describe('a variable is set once, and the waiting job runs once, when', () => {
  test.for([{ hours: 0.5 }, { hours: 2 }])(
    'the scheduler stalls for $hours h while AEWS answers 201',
    async ({ hours }) => {
      const autosys = { eventDelayMs: hours * 60 * minuteMs };
      await using bridge = await buildBridge({ routes, jil, autosys });
      await bridge.sandbox.take([anExecutionEvent()]);

      await passMinutes(bridge, 2 * hours * 60 + 30, bridge.autosys.act);

      expect([sets(bridge, 'SUCCEEDED'), bridge.runs('LOAD')]).toEqual([1, 1]);
      expect(await bridge.due()).toEqual([]);
      expect(await bridge.parked()).toEqual([]);
    },
  );

  test.for<{ what: string; fault: Fault; times: number }>([
    { what: 'the answer is lost once', fault: resetAfterAccept, times: 1 },
    { what: 'the answer is lost twice', fault: resetAfterAccept, times: 2 },
    { what: 'half an answer arrives', fault: halfAResponse, times: 1 },
  ])('$what', async ({ fault, times }) => {
    await using bridge = await buildBridge({ routes, jil });
    await bridge.sandbox.take([anExecutionEvent({ status: 'RUNNING', stopDate: null })]);
    await bridge.autosys.act();
    bridge.autosys.emulator.misbehave(fault, { path: 'set-global', times });

    await bridge.sandbox.take([anExecutionEvent()]);
    await bridge.autosys.act();
    await passMinutes(bridge, 30, bridge.autosys.act);

    expect([sets(bridge, 'SUCCEEDED'), bridge.runs('LOAD')]).toEqual([1, 1]);
    expect(await bridge.due()).toEqual([]);
  });

  test.for([{ consumes: false }, { consumes: true }])(
    'the function crashes between the answer and its record (the job resets the variable: $consumes)',
    async ({ consumes }) => {
      await using bridge = await buildBridge({ routes, jil });
      const crashing = {
        ...bridge.table,
        put: async (...args: Parameters<typeof bridge.table.put>) => {
          if (sets(bridge, 'SUCCEEDED') > 0) throw new TypeError('the function crashed');
          return bridge.table.put(...args);
        },
      };
      await bridge.openAnother({ table: crashing }).take([anExecutionEvent()]);
      await bridge.autosys.act();
      if (consumes) {
        await bridge.autosys.send({
          kind: 'SET_GLOBAL',
          globalVariable: parseGlobalName('AWS_SETTLEMENT'),
          value: parseGlobalValue('CONSUMED'),
        });
        await bridge.autosys.act();
      }

      await passMinutes(bridge, 30, bridge.autosys.act);

      expect([sets(bridge, 'SUCCEEDED'), bridge.runs('LOAD')]).toEqual([1, 1]);
      expect(bridge.globalVariable('AWS_SETTLEMENT')).toBe(consumes ? 'CONSUMED' : 'SUCCEEDED');
      expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    },
  );
});

describe('a value that AutoSys shows in another form', () => {
  const sending = (value: string) => `
  - name: settlement
    from: { stateMachine: settlement }
    global: { name: AWS_SETTLEMENT, values: { SUCCEEDED: "${value}" } }`;
  /** Makes AutoSys show this value, whatever was sent. */
  const show = (bridge: Bridge, value: string) => {
    const body = JSON.stringify({ stdOut: [value], stdErr: [] });
    bridge.autosys.emulator.misbehave(respond(200, { body }), {
      path: 'command/run',
      times: 'always',
    });
  };

  test('is confirmed if only trailing blanks are missing', async () => {
    await using bridge = await buildBridge({ routes: sending('OK ') });
    await bridge.sandbox.take([anExecutionEvent()]);

    await passMinutes(bridge, 10, bridge.autosys.act);

    expect(sets(bridge, 'OK')).toBe(1);
    expect([await bridge.due(), await bridge.parked()]).toEqual([[], []]);
    expect(bridge.sandbox.lines.at(-1)).toMatchObject({ message: 'effect confirmed' });
  });

  test.for(['O', 'ok', '  OK', '"OK"'])(
    'is sent once, and parked at the deadline with what AutoSys shows: %s',
    async (shown) => {
      const settings = 'confirmWithin: 2s, deadline: 2h';
      const autosys = { eventDelayMs: minuteMs };
      await using bridge = await buildBridge({ routes: sending('OK'), settings, autosys });
      await bridge.sandbox.take([anExecutionEvent()]);
      show(bridge, shown);

      await passMinutes(bridge, 110, bridge.autosys.act);
      expect(await bridge.due()).toMatchObject([{ stage: 'accepted' }]);
      await passMinutes(bridge, 20, bridge.autosys.act);

      expect(sets(bridge, 'OK')).toBe(1);
      expect(await bridge.parked()).toMatchObject([
        { parked: { reason: expect.stringContaining(`AutoSys shows ${JSON.stringify(shown)}`) } },
      ]);
    },
  );
});
