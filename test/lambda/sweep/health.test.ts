import { describe, expect, test } from 'vitest';
import { agendaLists, toListPartition } from '../../../lambda/ledger/agenda.ts';
import { createHealth } from '../../../lambda/sweep/health.ts';
import { anExecutionEvent } from '../../support/builders.ts';
import { ace } from '../delivery/rig.ts';
import { aStateRequest } from '../ledger/requests.ts';
import { aSweepRig } from './rig.ts';

const refusedConnection = { name: 'E', code: 'E', message: 'connection refused' };

function aHealthRig() {
  const rig = aSweepRig();
  const sandbox = rig.open();
  return {
    ...rig,
    sandbox,
    health: createHealth({ ...rig, circuitBreakers: sandbox.circuitBreakers }),
  };
}

describe('the health of runs', () => {
  test('is zero if no run is open', async () => {
    expect(await aHealthRig().health.runs()).toEqual({ open: 0, lateSeconds: 0 });
  });

  test('counts all open runs, and shows how late the sweep is', async () => {
    const rig = aHealthRig();
    await rig.recordEvent(anExecutionEvent({ status: 'RUNNING' }));
    const late = String(anExecutionEvent().detail['executionArn']).replace('run-1', 'run-2');
    await rig.recordEvent(anExecutionEvent({ status: 'RUNNING', executionArn: late }), 7_200_000);

    const onTime = await rig.health.runs();
    rig.advance(60_000);

    expect(onTime).toEqual({ open: 2, lateSeconds: 3_600 });
    expect(await rig.health.runs()).toEqual({ open: 2, lateSeconds: 3_660 });
  });
});

describe('the health of an AutoSys instance', () => {
  test('is good if nothing is due', async () => {
    expect(await aHealthRig().health.instance(ace)).toEqual({
      instance: ace,
      oldestDueSeconds: 0,
      circuitIsOpen: false,
    });
  });

  test('shows the age of the oldest request, even if its next try is in the future', async () => {
    const rig = aHealthRig();
    await rig.sandbox.circuitBreakers.failed(ace, {
      kind: 'unreached',
      error: refusedConnection,
      lockedOut: true,
    });
    const seenMs = rig.now().getTime();
    const request = aStateRequest();
    await rig.sandbox.work({ ...request, cause: { ...request.cause, seenMs } });
    rig.advance(5_000);

    expect(await rig.health.instance(ace)).toEqual({
      instance: ace,
      oldestDueSeconds: 5,
      circuitIsOpen: true,
    });
  });

  test('counts an invalid row from its due time', async () => {
    const rig = aHealthRig();
    const agenda = { list: toListPartition(agendaLists.due('ACE'), 'newer'), at: rig.now() };
    await rig.table.put({ key: 'newer', body: { format: 2 }, agenda }, undefined);

    expect(await rig.health.instance(ace)).toMatchObject({ oldestDueSeconds: 0 });
    rig.advance(60_000);
    expect(await rig.health.instance(ace)).toMatchObject({ oldestDueSeconds: 60 });
  });
});
