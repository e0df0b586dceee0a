import { describe, expect, test } from 'vitest';
import { agendaLists } from '../../../lambda/ledger/entry-row.ts';
import { createHealth } from '../../../lambda/sweep/health.ts';
import { anExecutionEvent } from '../../support/builders.ts';
import { ace } from '../delivery/rig.ts';
import { aStateRequest } from '../ledger/requests.ts';
import { aSweepRig } from './rig.ts';

const away = { name: 'E', code: 'E', message: 'connection refused' };

function aStanding() {
  const rig = aSweepRig();
  const sandbox = rig.open();
  return {
    ...rig,
    sandbox,
    standing: createHealth({ ...rig, circuitBreakers: sandbox.circuitBreakers }),
  };
}

describe('how runs stand', () => {
  test('is nothing where nothing is open', async () => {
    expect(await aStanding().standing.runs()).toEqual({ open: 0, lateSeconds: 0 });
  });

  test('counts all that are open, and says how late the sweep is', async () => {
    const rig = aStanding();
    await rig.announce(anExecutionEvent({ status: 'RUNNING' }));
    const late = String(anExecutionEvent().detail['executionArn']).replace('run-1', 'run-2');
    await rig.announce(anExecutionEvent({ status: 'RUNNING', executionArn: late }), 7_200_000);

    const onTime = await rig.standing.runs();
    rig.advance(60_000);

    expect(onTime).toEqual({ open: 2, lateSeconds: 3_600 });
    expect(await rig.standing.runs()).toEqual({ open: 2, lateSeconds: 3_660 });
  });
});

describe('how it stands with an AutoSys', () => {
  test('is well where nothing is due', async () => {
    expect(await aStanding().standing.instance(ace)).toEqual({
      instance: ace,
      oldestDueSeconds: 0,
      circuitIsOpen: false,
    });
  });

  test('tells since when the oldest wish waits, though its next try is to come', async () => {
    const rig = aStanding();
    await rig.sandbox.circuitBreakers.failed(ace, {
      kind: 'unreached',
      error: away,
      lockedOut: true,
    });
    const seenMs = rig.now().getTime();
    const request = aStateRequest();
    await rig.sandbox.work({ ...request, cause: { ...request.cause, seenMs } });
    rig.advance(5_000);

    expect(await rig.standing.instance(ace)).toEqual({
      instance: ace,
      oldestDueSeconds: 5,
      circuitIsOpen: true,
    });
  });

  test('counts what does not read since its turn came', async () => {
    const rig = aStanding();
    const agenda = { list: agendaLists.due('ACE'), at: rig.now() };
    await rig.table.put({ key: 'newer', body: { format: 2 }, agenda }, undefined);

    expect(await rig.standing.instance(ace)).toMatchObject({ oldestDueSeconds: 0 });
    rig.advance(60_000);
    expect(await rig.standing.instance(ace)).toMatchObject({ oldestDueSeconds: 60 });
  });
});
