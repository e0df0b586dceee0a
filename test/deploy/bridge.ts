import { acceptPattern } from '../../event-pattern/index.ts';
import { type Cloud, type Deployed, listResources } from './cloud.ts';

/** The deployed bridge, found by the resources of its stack. */
export interface Bridge {
  /** Names of functions. */
  readonly report: string;
  readonly sweep: string;
  readonly wait: string;
  /** URLs of queues. */
  readonly queue: string;
  readonly deadLetters: string;
  /** Name of the ledger table. */
  readonly table: string;
  /** Names of the rules that match AWS events, without the scheduled ones. */
  readonly rules: readonly string[];
}

/**
 * Finds the resources of the bridge through AWS: the queue by the event source mapping of the
 * report function, the dead letters by the queue.
 */
export async function findBridge(cloud: Cloud): Promise<Bridge> {
  const resources = await listResources(cloud);
  const report = functionOf(resources, 'Report');
  const { EventSourceMappings } = await cloud.lambda.listEventSourceMappings({
    FunctionName: report,
  });
  const queue = await toUrl(cloud, EventSourceMappings?.[0]?.EventSourceArn);
  const { Attributes } = await cloud.sqs.getQueueAttributes({
    QueueUrl: queue,
    AttributeNames: ['RedrivePolicy'],
  });
  const { deadLetterTargetArn } = JSON.parse(Attributes?.RedrivePolicy ?? '{}');
  return {
    report,
    sweep: functionOf(resources, 'Sweep'),
    // Of the requests, whose other function also has the word in its id.
    wait: functionOf(resources, 'RequestsWait'),
    queue,
    deadLetters: await toUrl(cloud, deadLetterTargetArn),
    table: only(resources, 'AWS::DynamoDB::Table').physicalId,
    rules: await findEventRules(cloud, resources),
  };
}

function functionOf(resources: readonly Deployed[], room: string): string {
  const named = resources.filter(({ logicalId }) => logicalId.includes(room));
  return only(named, 'AWS::Lambda::Function').physicalId;
}

function only(resources: readonly Deployed[], type: string): Deployed {
  const [found, ...more] = resources.filter((one) => one.type === type);
  if (found === undefined || more.length > 0) {
    throw new Error(`expected one ${type}, found ${found === undefined ? 0 : more.length + 1}`);
  }
  return found;
}

async function toUrl({ sqs }: Cloud, arn: unknown): Promise<string> {
  if (typeof arn !== 'string') throw new Error(`expected the ARN of a queue, found ${arn}`);
  const { QueueUrl = '' } = await sqs.getQueueUrl({ QueueName: arn.split(':').at(-1) });
  return QueueUrl;
}

async function findEventRules({ eventBridge }: Cloud, resources: readonly Deployed[]) {
  const names: string[] = [];
  for (const { type, physicalId } of resources) {
    if (type !== 'AWS::Events::Rule') continue;
    const { EventPattern, Name = '' } = await eventBridge.describeRule({ Name: physicalId });
    if (!EventPattern) continue;
    checkRule(Name, EventPattern);
    names.push(Name);
  }
  return names;
}

/**
 * Checks what the emulated EventBridge accepts and the real one may reject. @throws {Error} with
 * the name of the rule
 */
function checkRule(name: string, pattern: string): void {
  if (name.length > 64) throw new Error(`rule ${name}: expected a name of at most 64 characters`);
  try {
    acceptPattern(JSON.parse(pattern));
  } catch (cause) {
    throw new Error(`rule ${name}: EventBridge would reject its pattern`, { cause });
  }
}
