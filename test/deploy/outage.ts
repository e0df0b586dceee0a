import { strict as assert } from 'node:assert';
import { findBridge } from './bridge.ts';
import { startExecution, untilOver } from './executions.ts';
import { askLedger } from './ledger.ts';
import { toGlobal, untilTold } from './route-change.ts';
import type { TestSystem } from './test-system.ts';
import { until } from './until.ts';

const execution = 'archive-in-the-outage';

/**
 * AutoSys is down while an execution starts and ends: nothing is lost and nothing stays in the
 * queue.
 */
export async function beginOutage(system: TestSystem): Promise<void> {
  const { autosys, cloud, host } = system;
  await autosys.goDown();

  const executionArn = await startExecution(system, 'archive', execution);
  await untilOver(system, executionArn);

  const { table } = await findBridge(cloud);
  const isDue = async () => {
    const entry = await askLedger(system, table, toGlobal('archive'));
    return entry.includes(`${execution} is over`) && entry.includes('"due"');
  };
  await until('the ending to stand in the ledger as due', isDue, 60_000);
  await host.untilIdle();
  await autosys.comeBack();
}

/**
 * AutoSys is back. Without manual action, the schedule invokes the sweep, which sends what is due.
 */
export async function endOutage(system: TestSystem): Promise<void> {
  const { cloud, host } = system;
  const { sweep } = await findBridge(cloud);

  await untilTold(system, 'archive', execution);
  await system.host.untilIdle();

  const outcomes = host.outcomes().filter(({ autosysEvent }) => autosysEvent?.includes(execution));
  const isFromSweep = outcomes.some(
    ({ functionName, outcome }) => functionName === sweep && outcome === 'effect confirmed',
  );
  assert.ok(isFromSweep, 'the sweep brought it about');
}
