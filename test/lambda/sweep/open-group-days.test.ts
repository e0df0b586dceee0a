import { describe, expect, test } from 'vitest';
import { parseGroup, toGroupKey } from '../../../lambda/groups/group-row.ts';
import { createSendGroupState } from '../../../lambda/report/send-group-state.ts';
import { toGroupRoutes } from '../../../lambda/routing/groups.ts';
import { createOpenGroupDays } from '../../../lambda/sweep/open-group-days.ts';
import { aGroup, aMemberEvent } from '../../support/groups.ts';
import { aRig, unreachable } from '../delivery/rig.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const group = aGroup({ atCutoff: 'PENDING' });
const rowKey = toGroupKey('risk', '2026-11-19');
const farAwayMs = Date.parse('2100-01-01');

/** A bridge with the group, at 2026-11-20T02:02:00Z. */
function aNight(over = group) {
  const rig = aRig({ routes: toGroupRoutes([over]) });
  const { deps, take, drain } = rig.open();
  const newSweep = (table = rig.table) => {
    const send = createSendGroupState({ ...deps, table });
    const openDays = createOpenGroupDays({ ...deps, table, groups: [over], home, send });
    return async (untilMs = farAwayMs) => {
      const deadline = { untilMs, signal: new AbortController().signal };
      const opened: string[] = [];
      for await (const one of openDays(deadline)) opened.push(`${one.group} ${one.day}`);
      return opened;
    };
  };
  return { ...rig, take, drain, newSweep };
}

describe('the opening of business days', () => {
  test('sets PENDING once on each day', async () => {
    const night = aNight();
    const sweep = night.newSweep();

    expect(await sweep()).toEqual(['risk 2026-11-19']);
    expect(await sweep()).toEqual([]);
    expect(await night.newSweep()()).toEqual(['risk 2026-11-19']);

    expect(night.autosys.values).toEqual(['PENDING']);
    const row = await night.table.get(rowKey);
    expect(row && parseGroup(row)).toMatchObject({
      status: 'PENDING',
      members: [],
      changes: [{ number: 1, status: 'PENDING', by: 'cutoff' }],
    });
    night.advance(86_400_000);
    expect(await sweep()).toEqual(['risk 2026-11-20']);
    expect(night.autosys.values).toEqual(['PENDING', 'PENDING']);
  });

  test('replaces the SUCCEEDED of the day before', async () => {
    const night = aNight(aGroup({ atCutoff: 'PENDING', expect: 1, need: 1 }));
    await night.take(aMemberEvent({ of: 'risk-a', status: 'SUCCEEDED' }));

    night.advance(86_400_000);
    await night.newSweep()();

    expect(night.autosys.values).toEqual(['SUCCEEDED', 'PENDING']);
  });

  test('changes nothing on a day on which a member has started', async () => {
    const night = aNight();
    await night.take(aMemberEvent({ of: 'risk-a', status: 'RUNNING' }));

    expect(await night.newSweep()()).toEqual([]);

    expect(night.autosys.values).toEqual(['RUNNING']);
  });

  test('does not replace the state of a member that starts meanwhile', async () => {
    const night = aNight();
    await night.newSweep()();
    await night.take(aMemberEvent({ of: 'risk-a', status: 'RUNNING' }));

    await night.newSweep()();

    expect(night.autosys.values).toEqual(['PENDING', 'RUNNING']);
  });

  test('requests the state again after a failure of the ledger', async () => {
    const night = aNight();
    const broken = {
      ...night.table,
      put: (row: Parameters<typeof night.table.put>[0], seen: number | undefined) =>
        row.key.startsWith('state ')
          ? Promise.reject(new Error('throttled'))
          : night.table.put(row, seen),
    };
    await expect(night.newSweep(broken)()).rejects.toThrow('throttled');

    await night.newSweep()();

    expect(night.autosys.values).toEqual(['PENDING']);
  });

  test('leaves the state to the drain while AutoSys is away', async () => {
    const night = aNight();
    night.autosys.answers.push(unreachable());
    await night.newSweep()();

    night.advance(3_600_000);
    await night.drain();

    expect(night.autosys.globalVariable).toEqual({ kind: 'value', value: 'PENDING' });
  });

  test('opens no day after the time of the sweep run is over, or for a group without PENDING', async () => {
    expect(await aNight().newSweep()(0)).toEqual([]);
    expect(await aNight(aGroup()).newSweep()()).toEqual([]);
  });
});
