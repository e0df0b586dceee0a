import { strict as assert } from 'node:assert';
import type { Message } from '@aws-sdk/client-sqs';
import { type Bridge, findBridge } from './bridge.ts';
import type { Cloud } from './cloud.ts';
import { startExecution, untilOver } from './executions.ts';
import { untilTold } from './route-change.ts';
import type { TestSystem } from './test-system.ts';
import { until } from './until.ts';

const poison = '{"detail-type":"Step Functions Execution Status Change","source":"aws.states"}';
const execution = 'reconcile-in-the-breakdown';

/**
 * Breaks the report function. Events of AWS and a message that cannot be parsed become dead letters
 * after five tries.
 */
export async function breakDown(system: TestSystem): Promise<void> {
  const { cloud, host } = system;
  const bridge = await findBridge(cloud);
  const repair = await setLedgerTable(system, bridge, 'a-table-that-is-not-there');
  const slow = await setVisibility(cloud, bridge, '1');

  await cloud.sqs.sendMessage({ QueueUrl: bridge.queue, MessageBody: poison });
  const executionArn = await startExecution(system, 'reconcile', execution);
  await untilOver(system, executionArn);

  await until(
    'all three to be dead letters',
    async () => (await count(cloud, bridge)) === 3,
    120_000,
  );
  await setLedgerTable(system, bridge, repair);
  await setVisibility(cloud, bridge, slow);
  const why = /BRIDGE_LEDGER.*ResourceNotFoundException/;
  assert.ok(
    host.lines().some(({ line }) => why.test(line)),
    'the log line with the reason of the redelivery',
  );
}

/**
 * Repairs the function and redrives the dead letters. Valid messages are reported; the invalid one
 * becomes a dead letter again.
 */
export async function replayDeadLetters(system: TestSystem): Promise<void> {
  const { cloud, host } = system;
  const bridge = await findBridge(cloud);
  const letters = await receive(cloud, bridge);
  const isPoison = ({ Body }: Message) => Body === poison;

  await moveBack(
    cloud,
    bridge,
    letters.filter((letter) => !isPoison(letter)),
  );
  await untilTold(system, 'reconcile', execution);
  const slow = await setVisibility(cloud, bridge, '1');
  await moveBack(cloud, bridge, letters.filter(isPoison));

  const isBack = async () => (await count(cloud, bridge)) === 1;
  await until('the invalid message to be a dead letter again', isBack, 120_000);
  await setVisibility(cloud, bridge, slow);
  const [letter] = await receive(cloud, bridge);
  assert.equal(letter?.Body, poison);
  assert.ok(host.outcomes().some(({ outcome }) => outcome === 'event invalid'));
}

/** Changes the handler of a function. @returns the previous handler */
async function setLedgerTable({ cloud, host }: TestSystem, { report }: Bridge, table: string) {
  const { Environment } = await cloud.lambda.getFunctionConfiguration({ FunctionName: report });
  const { LEDGER_TABLE = '' } = Environment?.Variables ?? {};
  await cloud.lambda.updateFunctionConfiguration({
    FunctionName: report,
    Environment: { Variables: { ...Environment?.Variables, LEDGER_TABLE: table } },
  });
  await host.takeOver();
  return LEDGER_TABLE;
}

/**
 * Sets the visibility timeout. The six minutes of the stack, five times, would take longer than
 * this test.
 *
 * @returns the previous value
 */
async function setVisibility({ sqs }: Cloud, { queue: QueueUrl }: Bridge, seconds: string) {
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: ['VisibilityTimeout'],
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: seconds } });
  return Attributes?.VisibilityTimeout ?? '';
}

async function count({ sqs }: Cloud, { deadLetters: QueueUrl }: Bridge): Promise<number> {
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  return Number(Attributes?.ApproximateNumberOfMessages);
}

async function receive({ sqs }: Cloud, { deadLetters: QueueUrl }: Bridge): Promise<Message[]> {
  const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  return Messages ?? [];
}

/** Redrives dead letters as the console does. The emulator lacks this. */
async function moveBack({ sqs }: Cloud, bridge: Bridge, letters: readonly Message[]) {
  for (const { Body, ReceiptHandle } of letters) {
    await sqs.sendMessage({ QueueUrl: bridge.queue, MessageBody: Body });
    await sqs.deleteMessage({ QueueUrl: bridge.deadLetters, ReceiptHandle });
  }
}
