import { describe, test } from 'vitest';
import type { TableAim, TableFault } from '../../support/table-front.ts';
import { quiet } from './ending.ts';
import { aFailure, anAnnouncement, jil } from './events.ts';
import type { OpenWorld } from './open-world.ts';

const throttled: TableFault = { kind: 'error', name: 'ProvisionedThroughputExceededException' };
const missing: TableFault = { kind: 'error', name: 'ResourceNotFoundException' };
const broken: TableFault = { kind: 'breakAfter' };
const silent: TableFault = { kind: 'silentAfter' };

/** In the story of an entry that was worked on. */
const outcome = /confirmed by AutoSys|not visible yet/;
/** The SDK tries three times. */
const beyondRetries = 3;

const troubles: readonly {
  readonly when: string;
  readonly fault: TableFault;
  readonly aim: TableAim;
  /** Whether the message goes back. */
  readonly givenBack: boolean;
}[] = [
  {
    when: 'throttles once',
    fault: throttled,
    aim: {},
    givenBack: false,
  },
  {
    when: 'throttles every reading for a while',
    fault: throttled,
    // A message reads up to three rows at once: its run, its target and the name of its AutoSys instance.
    aim: { operation: 'GetItem', times: 3 * beyondRetries },
    givenBack: true,
  },
  {
    when: 'throttles the writing down of what came of it',
    fault: throttled,
    aim: { operation: 'PutItem', says: outcome, times: beyondRetries },
    givenBack: true,
  },
  {
    when: 'breaks the connection after the start was claimed',
    fault: broken,
    aim: { operation: 'PutItem', says: /claimed: to be sent now/ },
    givenBack: false,
  },
  {
    when: 'breaks the connection after the outcome was written',
    fault: broken,
    aim: { operation: 'PutItem', says: outcome },
    givenBack: false,
  },
  {
    when: 'breaks every connection while the outcome is written',
    fault: broken,
    aim: { operation: 'PutItem', says: outcome, times: beyondRetries },
    givenBack: true,
  },
  {
    when: 'answers a reading too late',
    fault: silent,
    aim: { operation: 'GetItem' },
    givenBack: false,
  },
  {
    when: 'is not there for a while',
    fault: missing,
    aim: { times: Number.POSITIVE_INFINITY },
    givenBack: true,
  },
];

/** Cases of a table that misbehaves. */
export function describeLedger(open: OpenWorld): void {
  describe.concurrent('a table that', () => {
    test.for(troubles)('$when loses nothing and doubles nothing', async (row, { expect }) => {
      const { fault, aim, givenBack } = row;
      await using world = await open({ jil });
      world.tables.misbehave(fault, aim);

      const [invocation] = await world.announce(aFailure());

      expect(invocation?.failedMessageIds).toHaveLength(givenBack ? 1 : 0);
      expect(world.tables.struck).toBeGreaterThan(0);
      world.tables.behave();
      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(1);
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage: 'confirmed' }]);
    });

    test('throttles in the middle of a burst keeps no value from being set', async ({ expect }) => {
      await using world = await open({ jil });
      const burst = Array.from({ length: 30 }, (_, at) =>
        anAnnouncement({ stateMachine: `desk-${at}` }),
      );
      world.tables.misbehave(throttled, { operation: 'PutItem', times: 40 });

      await world.announce(...burst);

      expect(await world.settle()).toEqual(quiet);
      const values = [...world.autosys.instance.globalVariables().values()];
      expect(values.map(({ value }) => value)).toEqual(burst.map(() => 'SUCCEEDED'));
    });
  });
}
