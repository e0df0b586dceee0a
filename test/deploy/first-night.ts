import { strict as assert } from 'node:assert';
import { parseJobName } from '../../autosys/names.ts';
import { findBridge } from './bridge.ts';
import { createExample, startExecution } from './executions.ts';
import type { Stage } from './stage.ts';
import { healsWithinMs, until } from './until.ts';

/** Puts the login of AutoSys where the route file says. */
export async function putSecret({ autosys, cloud }: Stage): Promise<void> {
  const login = { username: autosys.user, password: autosys.password };
  await cloud.secrets.createSecret({
    Name: 'autosys/ACE/bridge',
    SecretString: JSON.stringify(login),
  });
}

/** A real execution ends, and the AutoSys job that waited for it runs. */
export async function runGatedJob(stage: Stage): Promise<void> {
  const { autosys, operator } = stage;
  await operator.sendEvent({ kind: 'STARTJOB', job: parseJobName('NIGHT') });
  await until(
    'the box to start',
    () => autosys.instance.job('NIGHT')?.status === 'RUNNING',
    10_000,
  );
  assert.equal(autosys.instance.job('NIGHT_SETTLE_LOAD')?.history.length, 0);

  await createExample(stage, 'settlement');
  await startExecution(stage, 'settlement', 'settlement-night-1');

  await untilSuccess(stage, 'NIGHT_SETTLE_LOAD');
  assert.equal(autosys.instance.globalVariable('AWS_SETTLEMENT')?.value, 'SUCCEEDED');
  assert.equal(autosys.unsupported(), 0);
}

/** An announcement comes three times; the job that it starts by force runs once. */
export async function repeatAnnouncement(stage: Stage): Promise<void> {
  const { autosys, cloud, host } = stage;
  const { queue } = await findBridge(cloud);
  await createExample(stage, 'fx-rates');
  const executionArn = await startExecution(stage, 'fx-rates', 'fx-night-1');
  await untilSuccess(stage, 'FX_RATES_ALERT');
  const message = host
    .messages()
    .find((body) => body.includes(executionArn) && body.includes('"FAILED"'));

  // A rule may put an event into the queue twice, and a queue may hand a message out twice.
  for (let copies = 0; copies < 2; copies += 1) {
    await cloud.sqs.sendMessage({ QueueUrl: queue, MessageBody: message });
  }

  const isDropped = () =>
    host.outcomes().filter((one) => one.run === executionArn && one.outcome === 'effect discarded')
      .length >= 4;
  await until('both copies to be dropped', isDropped, 30_000);
  assert.equal(autosys.instance.job('FX_RATES_ALERT')?.history.length, 1);
}

async function untilSuccess({ autosys }: Stage, job: string): Promise<void> {
  const isDone = () => autosys.instance.job(job)?.status === 'SUCCESS';
  await until(`${job} to succeed`, isDone, healsWithinMs);
}
