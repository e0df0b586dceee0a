import { strict as assert } from 'node:assert';
import { parseJobName } from '../../autosys/names.ts';
import { findBridge } from './bridge.ts';
import { createExample, startExecution } from './executions.ts';
import type { TestSystem } from './test-system.ts';
import { healsWithinMs, until } from './until.ts';

/** Writes the AutoSys login to the secret that the route file names. */
export async function putSecret({ autosys, cloud }: TestSystem): Promise<void> {
  const login = { username: autosys.user, password: autosys.password };
  await cloud.secrets.createSecret({
    Name: 'autosys/ACE/bridge',
    SecretString: JSON.stringify(login),
  });
}

/** A real execution ends, and the AutoSys job that waits for it runs. */
export async function runWaitingJob(system: TestSystem): Promise<void> {
  const { autosys, operator } = system;
  await operator.sendEvent({ kind: 'STARTJOB', job: parseJobName('NIGHT') });
  await until(
    'the box to start',
    () => autosys.instance.job('NIGHT')?.status === 'RUNNING',
    10_000,
  );
  assert.equal(autosys.instance.job('NIGHT_SETTLE_LOAD')?.history.length, 0);

  await createExample(system, 'settlement');
  await startExecution(system, 'settlement', 'settlement-night-1');

  await untilSuccess(system, 'NIGHT_SETTLE_LOAD');
  assert.equal(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value, 'SUCCEEDED');
  assert.equal(autosys.unsupported(), 0);
}

/** An event arrives three times; the job that it force-starts runs once. */
export async function repeatEvent(system: TestSystem): Promise<void> {
  const { autosys, cloud, host } = system;
  const { queue } = await findBridge(cloud);
  await createExample(system, 'fx-rates');
  const executionArn = await startExecution(system, 'fx-rates', 'fx-night-1');
  await untilSuccess(system, 'FX_RATES_ALERT');
  const message = host
    .messages()
    .find((body) => body.includes(executionArn) && body.includes('"FAILED"'));

  // A rule may send an event to the queue twice, and a queue may deliver a message twice.
  for (let copies = 0; copies < 2; copies += 1) {
    await cloud.sqs.sendMessage({ QueueUrl: queue, MessageBody: message });
  }

  const isDropped = () =>
    host.outcomes().filter((one) => one.run === executionArn && one.outcome === 'effect discarded')
      .length >= 4;
  await until('both copies to be dropped', isDropped, 30_000);
  assert.equal(autosys.instance.job('FX_RATES_ALERT')?.history.length, 1);
}

async function untilSuccess({ autosys }: TestSystem, job: string): Promise<void> {
  const isDone = () => autosys.instance.job(job)?.status === 'SUCCESS';
  await until(`${job} to succeed`, isDone, healsWithinMs);
}
