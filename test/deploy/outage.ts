import { strict as assert } from 'node:assert';
import { findBridge } from './bridge.ts';
import { startExecution, untilOver } from './executions.ts';
import { askLedger } from './ledger.ts';
import { toGlobal, untilTold } from './route-change.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

const execution = 'archive-in-the-outage';

/** AutoSys is gone while an execution begins and ends: nothing is lost and nothing stays in the queue. */
export async function beginOutage(stage: Stage): Promise<void> {
  const { autosys, cloud, host } = stage;
  await autosys.goDown();

  const executionArn = await startExecution(stage, 'archive', execution);
  await untilOver(stage, executionArn);

  const { table } = await findBridge(cloud);
  const isDue = async () => {
    const entry = await askLedger(stage, table, toGlobal('archive'));
    return entry.includes(`${execution} is over`) && entry.includes('"due"');
  };
  await until('the ending to stand in the ledger as due', isDue, 60_000);
  await host.untilIdle();
  await autosys.comeBack();
}

/** AutoSys is back, and nobody does anything: the schedule of the stack invokes the sweep, which tells what is due. */
export async function endOutage(stage: Stage): Promise<void> {
  const { cloud, host } = stage;
  const { sweep } = await findBridge(cloud);

  await untilTold(stage, 'archive', execution);
  await stage.host.untilIdle();

  const told = host.outcomes().filter(({ autosysEvent }) => autosysEvent?.includes(execution));
  const isSweeps = told.some(
    ({ functionName, outcome }) => functionName === sweep && outcome === 'effect confirmed',
  );
  assert.ok(isSweeps, 'the sweep brought it about');
}
