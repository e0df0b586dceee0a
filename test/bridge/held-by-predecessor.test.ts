import { expect, test } from 'vitest';
import { respond } from '../../emulator/index.ts';
import { buildBridge, passMinutes } from '../support/bridge.ts';
import { anExecutionEvent } from '../support/builders.ts';

const routes = `
  - name: settlement
    from: { stateMachine: settlement }
    global: AWS_SETTLEMENT
    events:
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: LOAD }
      - { on: SUCCEEDED, event: FORCE_STARTJOB, job: REPORT }
  - name: other
    from: { stateMachine: settlement }
    events: [{ on: SUCCEEDED, event: FORCE_STARTJOB, job: OTHER }]`;
const jil = ['LOAD', 'REPORT', 'OTHER']
  .map((name) => `insert_job: ${name}  job_type: CMD  machine: host1  command: true`)
  .join('\n');
const rejected = respond(400, { body: JSON.stringify({ message: 'CAUAJM_E_10062 no' }) });

test('later events of a route are parked with a parked one, and other routes do not wait', async () => {
  await using bridge = await buildBridge({ routes, jil });
  bridge.autosys.emulator.misbehave(rejected, { path: 'set-global' });

  await bridge.sandbox.take([anExecutionEvent()]);
  await bridge.autosys.act();

  expect([bridge.runs('LOAD'), bridge.runs('REPORT'), bridge.runs('OTHER')]).toEqual([0, 0, 1]);
  const parked = await bridge.parked();
  expect(parked.map((one) => one.parked?.code).toSorted()).toEqual([
    'AUTOSYS_REFUSED',
    'BRIDGE_PREDECESSOR_PARKED',
    'BRIDGE_PREDECESSOR_PARKED',
  ]);
});

test('the same holds for a message that is redelivered', async () => {
  await using bridge = await buildBridge({ routes, jil });
  bridge.autosys.emulator.misbehave(rejected, { path: 'set-global' });
  const crashing = {
    ...bridge.table,
    put: async (...args: Parameters<typeof bridge.table.put>) => {
      if (args[0].key.includes('job=LOAD')) throw new TypeError('the function crashed');
      return bridge.table.put(...args);
    },
  };
  const returned = await bridge.openAnother({ table: crashing }).take([anExecutionEvent()]);
  expect(returned).toHaveLength(1);

  await bridge.sandbox.take([anExecutionEvent()]);
  await bridge.autosys.act();

  expect([bridge.runs('LOAD'), bridge.runs('REPORT')]).toEqual([0, 0]);
  expect(await bridge.parked()).toHaveLength(3);
});

test('a waiting entry is parked when its predecessor is parked later', async () => {
  await using bridge = await buildBridge({ routes, jil });
  await bridge.autosys.emulator.goDown();
  await bridge.sandbox.take([anExecutionEvent()]);
  await bridge.autosys.emulator.comeBack();
  bridge.autosys.emulator.misbehave(rejected, { path: 'set-global' });

  await passMinutes(bridge, 10, bridge.autosys.act);

  expect([bridge.runs('LOAD'), bridge.runs('REPORT'), bridge.runs('OTHER')]).toEqual([0, 0, 1]);
  expect(await bridge.due()).toEqual([]);
  expect(await bridge.parked()).toHaveLength(3);
});
