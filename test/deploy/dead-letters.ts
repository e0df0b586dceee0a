import { strict as assert } from 'node:assert';
import type { Message } from '@aws-sdk/client-sqs';
import { type Bridge, findBridge } from './bridge.ts';
import type { Cloud } from './cloud.ts';
import { startExecution, untilOver } from './executions.ts';
import { untilTold } from './route-change.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

const poison = '{"detail-type":"Step Functions Execution Status Change","source":"aws.states"}';
const execution = 'reconcile-in-the-breakdown';

/**
 * Somebody breaks the report function by hand: what AWS announces meanwhile, and a message that nobody can read, go to
 * the dead letters after five tries.
 */
export async function breakDown(stage: Stage): Promise<void> {
  const { cloud, host } = stage;
  const bridge = await findBridge(cloud);
  const repair = await setLedgerTable(stage, bridge, 'a-table-that-is-not-there');
  const slow = await setVisibility(cloud, bridge, '1');

  await cloud.sqs.sendMessage({ QueueUrl: bridge.queue, MessageBody: poison });
  const executionArn = await startExecution(stage, 'reconcile', execution);
  await untilOver(stage, executionArn);

  await until(
    'all three to be dead letters',
    async () => (await count(cloud, bridge)) === 3,
    120_000,
  );
  await setLedgerTable(stage, bridge, repair);
  await setVisibility(cloud, bridge, slow);
  const why = /BRIDGE_LEDGER.*ResourceNotFoundException/;
  assert.ok(
    host.lines().some(({ line }) => why.test(line)),
    'the log says why they came again',
  );
}

/** The function is repaired and the dead letters are moved back: what can be read is told, the poison comes again. */
export async function replayDeadLetters(stage: Stage): Promise<void> {
  const { cloud, host } = stage;
  const bridge = await findBridge(cloud);
  const letters = await receive(cloud, bridge);
  const isPoison = ({ Body }: Message) => Body === poison;

  await moveBack(
    cloud,
    bridge,
    letters.filter((letter) => !isPoison(letter)),
  );
  await untilTold(stage, 'reconcile', execution);
  const slow = await setVisibility(cloud, bridge, '1');
  await moveBack(cloud, bridge, letters.filter(isPoison));

  const isBack = async () => (await count(cloud, bridge)) === 1;
  await until('the poison to be a dead letter again', isBack, 120_000);
  await setVisibility(cloud, bridge, slow);
  const [letter] = await receive(cloud, bridge);
  assert.equal(letter?.Body, poison);
  assert.ok(host.outcomes().some(({ outcome }) => outcome === 'event invalid'));
}

/** @returns the name it had before */
async function setLedgerTable({ cloud, host }: Stage, { report }: Bridge, table: string) {
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
 * How long a message rests between two tries; the stack's six minutes, five times, are longer than this test.
 *
 * @returns what it was before
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

/** What the console's redrive does, which the emulator lacks. */
async function moveBack({ sqs }: Cloud, bridge: Bridge, letters: readonly Message[]) {
  for (const { Body, ReceiptHandle } of letters) {
    await sqs.sendMessage({ QueueUrl: bridge.queue, MessageBody: Body });
    await sqs.deleteMessage({ QueueUrl: bridge.deadLetters, ReceiptHandle });
  }
}
