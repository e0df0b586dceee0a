import { describe, test } from 'vitest';
import type { TableAim, TableFault } from '../../support/table-front.ts';
import { quiet } from './ending.ts';
import { aFailure, anEvent, jil } from './events.ts';
import type { OpenWorld } from './open-world.ts';

const throttled: TableFault = { kind: 'error', name: 'ProvisionedThroughputExceededException' };
const missing: TableFault = { kind: 'error', name: 'ResourceNotFoundException' };
const broken: TableFault = { kind: 'breakAfter' };
const silent: TableFault = { kind: 'silentAfter' };

/** The operation in the history of an entry that the fault applies to. */
const outcome = /confirmed by AutoSys|not visible yet/;
/** The SDK makes three attempts. */
const beyondRetries = 3;

const tableFaults: readonly {
  readonly when: string;
  readonly fault: TableFault;
  readonly aim: TableAim;
  /** True when the message returns to the queue. */
  readonly isReturned: boolean;
}[] = [
  {
    when: 'throttles once',
    fault: throttled,
    aim: {},
    isReturned: false,
  },
  {
    when: 'throttles every read for some time',
    fault: throttled,
    // A message reads up to three rows at once: its run, its target and the name of its AutoSys
    // instance.
    aim: { operation: 'GetItem', times: 3 * beyondRetries },
    isReturned: true,
  },
  {
    when: 'throttles the write of the outcome',
    fault: throttled,
    aim: { operation: 'PutItem', pattern: outcome, times: beyondRetries },
    isReturned: true,
  },
  {
    when: 'breaks the connection after the start was claimed',
    fault: broken,
    aim: { operation: 'PutItem', pattern: /claimed: to be sent now/ },
    isReturned: false,
  },
  {
    when: 'breaks the connection after the outcome was written',
    fault: broken,
    aim: { operation: 'PutItem', pattern: outcome },
    isReturned: false,
  },
  {
    when: 'breaks every connection while the outcome is written',
    fault: broken,
    aim: { operation: 'PutItem', pattern: outcome, times: beyondRetries },
    isReturned: true,
  },
  {
    when: 'answers a read too late',
    fault: silent,
    aim: { operation: 'GetItem' },
    isReturned: false,
  },
  {
    when: 'does not exist for some time',
    fault: missing,
    aim: { times: Number.POSITIVE_INFINITY },
    isReturned: true,
  },
];

/** Cases of faults in the ledger table. */
export function describeLedger(open: OpenWorld): void {
  describe.concurrent('a table that', () => {
    test.for(tableFaults)('$when loses nothing and duplicates nothing', async (row, { expect }) => {
      const { fault, aim, isReturned } = row;
      await using world = await open({ jil });
      world.tables.addFault(fault, aim);

      const [invocation] = await world.emit(aFailure());

      expect(invocation?.failedMessageIds).toHaveLength(isReturned ? 1 : 0);
      expect(world.tables.faulted).toBeGreaterThan(0);
      world.tables.removeFaults();
      expect(await world.settle()).toEqual(quiet);
      expect(world.autosys.instance.job('REPAIR')?.history).toHaveLength(1);
      expect(await world.ledger.entries('ACE job REPAIR')).toMatchObject([{ stage: 'confirmed' }]);
    });

    test('throttles during a burst still lets every value be set', async ({ expect }) => {
      await using world = await open({ jil });
      const burst = Array.from({ length: 30 }, (_, at) => anEvent({ stateMachine: `desk-${at}` }));
      world.tables.addFault(throttled, { operation: 'PutItem', times: 40 });

      await world.emit(...burst);

      expect(await world.settle()).toEqual(quiet);
      const values = [...world.autosys.instance.globalVariables().values()];
      expect(values.map(({ value }) => value)).toEqual(burst.map(() => 'SUCCEEDED'));
    });
  });
}
