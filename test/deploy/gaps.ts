import { SQS } from '@aws-sdk/client-sqs';
import type { Cloud } from './cloud.ts';
import { announcesBatchJobs, keepsUndelivered, timesOut } from './gap-events.ts';
import { refusesTwoSubnetsInOneZone } from './gap-network.ts';
import { limitsRules, refusesComplexPatterns, refusesLongPatterns } from './gap-rules.ts';
import { makes, makesMetricMath, unknownTypes } from './gap-template.ts';
import { home } from './ministack.ts';

/** Something that AWS does. */
interface Ability {
  /** Completes "MiniStack does not …". */
  readonly ability: string;
  readonly learned: (cloud: Cloud, endpoint: string) => Promise<boolean>;
}

/**
 * What MiniStack does not do, each with a question that it answers otherwise once it has learned it.
 *
 * Nothing that needs one of these is proven by the deploy test. Not asked, because it cannot be asked from here: VPC and
 * network, arm64, the memory of a function, how EventBridge repeats, how Lambda scales, and how fast AWS is.
 */
const abilities: readonly Ability[] = [
  { ability: 'ask who somebody is, or what he may do', learned: refusesStrangers },
  { ability: 'obey the policy of a queue', learned: obeysQueuePolicy },
  { ability: 'encrypt with a key', learned: needsKey },
  { ability: 'keep what a rule cannot hand to its target', learned: keepsUndelivered },
  { ability: 'run AWS Batch jobs, or announce them', learned: announcesBatchJobs },
  { ability: 'refuse a rule that is too complex', learned: refusesComplexPatterns },
  { ability: 'refuse a rule whose pattern is too long', learned: refusesLongPatterns },
  { ability: 'limit the rules of a bus', learned: limitsRules },
  { ability: 'end an execution whose time is over', learned: timesOut },
  {
    ability: 'redrive an execution',
    learned: ({ states }) =>
      knows(states.redriveExecution({ executionArn: toExecution('settlement-night-1') })),
  },
  {
    ability: 'move dead letters back by itself',
    learned: ({ sqs }) => knows(sqs.listMessageMoveTasks({ SourceArn: toQueueArn('none') })),
  },
  { ability: 'rotate a secret', learned: rotates },
  {
    ability: 'refuse an interface endpoint with two subnets in one zone',
    learned: (_, endpoint) => refusesTwoSubnetsInOneZone(endpoint),
  },
  { ability: 'read metrics out of logs, so that an alarm could judge them', learned: hasMetrics },
  { ability: 'make an alarm on metric math', learned: makesMetricMath },
  ...unknownTypes.map((type) => ({
    ability: `make ${type}`,
    learned: (cloud: Cloud) => makes(cloud, type),
  })),
];

/**
 * Asks for every gap whether it is still there.
 *
 * @returns how many there are
 * @throws {Error} with all that MiniStack has learned
 */
export async function findGaps(cloud: Cloud, endpoint: string): Promise<number> {
  const asked = await Promise.all(
    abilities.map(async ({ ability, learned }) => ({
      ability,
      isLearned: await learned(cloud, endpoint),
    })),
  );
  const learned = asked.filter(({ isLearned }) => isLearned).map(({ ability }) => ability);
  if (learned.length === 0) return abilities.length;
  throw new Error(
    `MiniStack has learned to ${learned.join('; to ')}: prove it of the bridge, and take it out of gaps.ts and of docs/deploy.md`,
  );
}

async function refusesStrangers(_: Cloud, endpoint: string): Promise<boolean> {
  const credentials = { accessKeyId: 'AKIASTRANGER00000000', secretAccessKey: 'wrong' };
  const stranger = new SQS({ endpoint, region: home.region, credentials });
  return await fails(stranger.listQueues({}));
}

async function obeysQueuePolicy({ sqs }: Cloud): Promise<boolean> {
  const Statement = [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' }];
  const { QueueUrl } = await sqs.createQueue({
    QueueName: 'gap-policy',
    Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
  });
  return await fails(sqs.sendMessage({ QueueUrl, MessageBody: 'denied' }));
}

async function needsKey({ sqs }: Cloud): Promise<boolean> {
  const { QueueUrl } = await sqs.createQueue({
    QueueName: 'gap-key',
    Attributes: { KmsMasterKeyId: 'alias/there-is-no-such-key' },
  });
  return await fails(sqs.sendMessage({ QueueUrl, MessageBody: 'without a key' }));
}

/** A rotation asks the function that rotates; this one does not exist, and AWS says so. */
async function rotates({ secrets }: Cloud): Promise<boolean> {
  const { ARN } = await secrets.createSecret({ Name: 'gap-rotation', SecretString: '{}' });
  const RotationLambdaARN = `arn:aws:lambda:${home.region}:${home.account}:function:none`;
  return await fails(
    secrets.rotateSecret({
      SecretId: ARN,
      RotationLambdaARN,
      RotationRules: { AutomaticallyAfterDays: 1 },
    }),
  );
}

/** The functions write the metrics of the bridge into their logs all the time. */
async function hasMetrics(_: Cloud, endpoint: string): Promise<boolean> {
  const scope = `${home.account}/20260101/${home.region}/monitoring/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'Action=ListMetrics&Version=2010-08-01&Namespace=AutosysBridge',
  });
  if (!response.ok) throw new Error(`ListMetrics answered ${response.status}`);
  return (await response.text()).includes('<MetricName>');
}

/** Whether the operation is there at all, whatever it says to this request. */
async function knows(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    return !(
      error instanceof Error &&
      /InvalidAction|UnknownOperation|Unknown/.test(error.name + error.message)
    );
  }
}

async function fails(call: Promise<unknown>): Promise<boolean> {
  return await call.then(
    () => false,
    () => true,
  );
}

function toExecution(name: string): string {
  return `arn:aws:states:${home.region}:${home.account}:execution:settlement:${name}`;
}

function toQueueArn(name: string): string {
  return `arn:aws:sqs:${home.region}:${home.account}:${name}`;
}
