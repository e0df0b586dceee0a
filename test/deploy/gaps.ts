import { SQS } from '@aws-sdk/client-sqs';
import type { Cloud } from './cloud.ts';
import { emitsBatchEvents, keepsUndelivered, timesOut } from './gap-events.ts';
import {
  handlesWaitingTasks,
  namesResourceTypes,
  rejectsExecutionNames,
  repeatsStarts,
} from './gap-executions.ts';
import { enforcesFunctionPolicy, namesAliases, namesFunctionErrors } from './gap-functions.ts';
import { checksVpcParameters, hasStackSets, requiresCapabilities } from './gap-hand-over.ts';
import {
  answersInText,
  enforcesResourcePolicy,
  limitsBodies,
  limitsRequestTime,
  validatesRequests,
  writesAccessLog,
} from './gap-launch.ts';
import { rejectsTwoSubnetsInOneZone } from './gap-network.ts';
import { limitsRules, rejectsComplexPatterns, rejectsLongPatterns } from './gap-rules.ts';
import {
  countsRedrives,
  endsTokens,
  failsUnderTokens,
  missesHeartbeats,
  namesTimedOutTasks,
  rejectsInvalidOutputs,
  rejectsInvalidTokens,
  renewsTokens,
} from './gap-tasks.ts';
import { makes, makesMetricMath, unknownTypes } from './gap-template.ts';
import { home } from './ministack.ts';

/** An ability of AWS that MiniStack lacks. */
interface Ability {
  /** Completes "MiniStack does not …". */
  readonly ability: string;
  readonly isClosed: (cloud: Cloud, endpoint: string) => Promise<boolean>;
}

/**
 * The gaps of MiniStack, each with a check that detects when it is closed.
 *
 * The deploy test proves nothing that needs one of these. Not checked, because it cannot be checked
 * from here: VPC and network, arm64, the memory of a function, how EventBridge retries, how Lambda
 * scales, and the speed of AWS.
 */
const abilities: readonly Ability[] = [
  { ability: 'check identities and permissions', isClosed: checksIdentities },
  { ability: 'enforce the policy of a queue', isClosed: enforcesQueuePolicy },
  { ability: 'encrypt with a key', isClosed: needsKey },
  { ability: 'keep events that a rule cannot deliver to its target', isClosed: keepsUndelivered },
  { ability: 'run AWS Batch jobs, or emit their events', isClosed: emitsBatchEvents },
  { ability: 'reject a rule that is too complex', isClosed: rejectsComplexPatterns },
  { ability: 'reject a rule whose pattern is too long', isClosed: rejectsLongPatterns },
  { ability: 'limit the rules of a bus', isClosed: limitsRules },
  { ability: 'end an execution that exceeds its timeout', isClosed: timesOut },
  {
    ability: 'redrive an execution',
    isClosed: ({ states }) =>
      isSupported(states.redriveExecution({ executionArn: toExecution('settlement-night-1') })),
  },
  {
    ability: 'redrive dead letters',
    isClosed: ({ sqs }) => isSupported(sqs.listMessageMoveTasks({ SourceArn: toQueueArn('none') })),
  },
  { ability: 'name the service of a task in a history', isClosed: namesResourceTypes },
  {
    ability: 'handle a task that waits for its child: TaskSubmitted, and the stop of the child',
    isClosed: handlesWaitingTasks,
  },
  { ability: 'answer a repeated start of a running execution', isClosed: repeatsStarts },
  { ability: 'reject an invalid name of an execution', isClosed: rejectsExecutionNames },
  { ability: 'enforce the policy of a function', isClosed: enforcesFunctionPolicy },
  { ability: 'name the alias of a function that a state invokes', isClosed: namesAliases },
  { ability: 'name the error of a function that a state invokes', isClosed: namesFunctionErrors },
  { ability: 'fail a state whose function fails under a task token', isClosed: failsUnderTokens },
  { ability: 'end the task token of an execution that is stopped', isClosed: endsTokens },
  { ability: 'answer TaskTimedOut for a task that has timed out', isClosed: namesTimedOutTasks },
  { ability: 'reject an invalid task token', isClosed: rejectsInvalidTokens },
  { ability: 'reject an output that is no JSON', isClosed: rejectsInvalidOutputs },
  { ability: 'fail a state that gets no heartbeat', isClosed: missesHeartbeats },
  { ability: 'give each attempt of a state a task token of its own', isClosed: renewsTokens },
  { ability: 'count redrives in the context object', isClosed: countsRedrives },
  { ability: 'enforce the resource policy of a REST API', isClosed: enforcesResourcePolicy },
  { ability: 'write the access log of a REST API', isClosed: writesAccessLog },
  { ability: 'answer in text where API Gateway refuses a request', isClosed: answersInText },
  { ability: 'validate requests of a method in a template', isClosed: validatesRequests },
  { ability: 'refuse a body of more than 10 MB to a REST API', isClosed: limitsBodies },
  { ability: 'end a request to a REST API after 29 seconds', isClosed: limitsRequestTime },
  { ability: 'rotate a secret', isClosed: rotates },
  {
    ability: 'reject an interface endpoint with two subnets in one zone',
    isClosed: (_, endpoint) => rejectsTwoSubnetsInOneZone(endpoint),
  },
  { ability: 'ask for the capability to create roles', isClosed: requiresCapabilities },
  { ability: 'look for the VPC that a parameter names', isClosed: checksVpcParameters },
  { ability: 'create a StackSet', isClosed: hasStackSets },
  { ability: 'extract metrics from logs for alarms', isClosed: hasMetrics },
  { ability: 'create an alarm on metric math', isClosed: makesMetricMath },
  ...unknownTypes.map((type) => ({
    ability: `make ${type}`,
    isClosed: (cloud: Cloud) => makes(cloud, type),
  })),
];

/**
 * Checks that each gap still exists.
 *
 * @returns the number of gaps
 * @throws {Error} with all gaps that MiniStack has closed
 */
export async function findGaps(cloud: Cloud, endpoint: string): Promise<number> {
  const checked = await Promise.all(
    abilities.map(async ({ ability, isClosed }) => ({
      ability,
      isClosed: await isClosed(cloud, endpoint),
    })),
  );
  const closed = checked.filter(({ isClosed }) => isClosed).map(({ ability }) => ability);
  if (closed.length === 0) return abilities.length;
  throw new Error(
    `MiniStack can now ${closed.join('; and ')}: test this of the bridge, and remove it from gaps.ts and docs/deploy.md`,
  );
}

async function checksIdentities(_: Cloud, endpoint: string): Promise<boolean> {
  const credentials = { accessKeyId: 'AKIASTRANGER00000000', secretAccessKey: 'wrong' };
  const stranger = new SQS({ endpoint, region: home.region, credentials });
  return await fails(stranger.listQueues({}));
}

async function enforcesQueuePolicy({ sqs }: Cloud): Promise<boolean> {
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

/** A rotation checks its function. This one does not exist, and AWS reports that. */
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

/** The functions write the metrics of the bridge to their logs. */
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

/** True when the operation exists, whatever it answers. */
async function isSupported(call: Promise<unknown>): Promise<boolean> {
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
