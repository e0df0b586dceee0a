import { setTimeout as sleep } from 'node:timers/promises';
import { Batch } from '@aws-sdk/client-batch';
import type { Cloud } from './cloud.ts';
import { home } from './ministack.ts';
import { until } from './until.ts';

/** Time limit of a delivery. The emulator delivers at once or never. */
const patienceMs = 2_000;

/**
 * True when an event whose target does not exist is sent to the dead-letter queue of the target.
 */
export async function keepsUndelivered(cloud: Cloud): Promise<boolean> {
  const { queueArn, isEmpty } = await createSink(cloud, 'gap-undelivered');
  const Rule = 'gap-undelivered';
  await cloud.eventBridge.putRule({
    Name: Rule,
    EventPattern: JSON.stringify({ source: ['gap.undelivered'] }),
  });
  await cloud.eventBridge.putTargets({
    Rule,
    Targets: [{ Id: 'gone', Arn: `${queueArn}-gone`, DeadLetterConfig: { Arn: queueArn } }],
  });
  await cloud.eventBridge.putEvents({
    Entries: [{ Source: 'gap.undelivered', DetailType: 'any', Detail: '{}' }],
  });
  await sleep(patienceMs);
  return !(await isEmpty());
}

/** True when a rule matches the event of a submitted Batch job. */
export async function emitsBatchEvents(cloud: Cloud, endpoint: string): Promise<boolean> {
  const { queueArn, isEmpty } = await createSink(cloud, 'gap-batch');
  await cloud.eventBridge.putRule({
    Name: 'gap-batch',
    EventPattern: JSON.stringify({ source: ['aws.batch'] }),
  });
  await cloud.eventBridge.putTargets({
    Rule: 'gap-batch',
    Targets: [{ Id: 'sink', Arn: queueArn }],
  });
  const credentials = { accessKeyId: home.account, secretAccessKey: 'test' };
  const batch = new Batch({ endpoint, region: home.region, credentials });
  await batch.submitJob({ jobName: 'gap', jobQueue: 'night', jobDefinition: 'risk' });
  await sleep(patienceMs);
  return !(await isEmpty());
}

/** True when an execution that exceeds the timeout of its state machine is TIMED_OUT. */
export async function timesOut({ states }: Cloud): Promise<boolean> {
  const { stateMachineArn } = await states.createStateMachine({
    name: 'gap-timeout',
    roleArn: `arn:aws:iam::${home.account}:role/gap`,
    definition: JSON.stringify({
      TimeoutSeconds: 1,
      StartAt: 'Wait',
      States: { Wait: { Type: 'Wait', Seconds: 2, End: true } },
    }),
  });
  const { executionArn } = await states.startExecution({ stateMachineArn, input: '{}' });
  const ask = async () => {
    const { status } = await states.describeExecution({ executionArn });
    return status === 'RUNNING' ? undefined : status;
  };
  return (await until('an execution to end', ask, 10_000)) === 'TIMED_OUT';
}

async function createSink({ sqs }: Cloud, QueueName: string) {
  const { QueueUrl } = await sqs.createQueue({ QueueName });
  const isEmpty = async () => {
    const { Messages } = await sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 0 });
    return Messages === undefined || Messages.length === 0;
  };
  return { queueArn: `arn:aws:sqs:${home.region}:${home.account}:${QueueName}`, isEmpty };
}
