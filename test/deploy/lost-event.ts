import { strict as assert } from 'node:assert';
import { findBridge } from './bridge.ts';
import { startExecution, untilOver } from './executions.ts';
import { toGlobal, untilTold } from './route-change.ts';
import type { TestSystem } from './test-system.ts';
import { until } from './until.ts';

const execution = 'audit-1';

/**
 * AWS emits an event for the start of an execution and none for its end: the rules are disabled
 * when it ends.
 */
export async function withholdEnd(system: TestSystem): Promise<void> {
  const { autosys, cloud } = system;
  const { rules } = await findBridge(cloud);
  const executionArn = await startExecution(system, 'audit', execution, 3_600);
  const isRunning = () =>
    autosys.instance.globalVariable(toGlobal('audit'))?.value === `${execution} runs`;
  await until('the beginning to be told', isRunning, 60_000);

  for (const Name of rules) await cloud.eventBridge.disableRule({ Name });
  await cloud.states.stopExecution({ executionArn });
  await untilOver(system, executionArn);
  for (const Name of rules) await cloud.eventBridge.enableRule({ Name });

  assert.ok(isRunning());
}

/** After the expected duration of the run, the scheduled sweep asks AWS and reports the end. */
export async function recoverEnd(system: TestSystem): Promise<void> {
  const { sweep } = await findBridge(system.cloud);

  await untilTold(system, 'audit', execution, 180_000);
  await system.host.untilIdle();

  const told = system.host
    .outcomes()
    .filter(({ autosysEvent }) => autosysEvent?.includes(`${execution} is over`));
  // Of two sweeps that overlap, one leaves the effect to the other.
  assert.deepEqual(new Set(told.map(({ functionName }) => functionName)), new Set([sweep]));
  const confirmed = told.filter(({ outcome }) => outcome === 'effect confirmed');
  assert.equal(confirmed.length, 1);
}
