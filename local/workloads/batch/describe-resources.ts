import { defineOperation, toClientException, type WorkloadOperation } from '../operation.ts';
import { integerMember, listMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import type { DeclaredJobDefinition, DeclaredJobQueue } from './resources.ts';

const defaultPage = 100;

/** API model. */
const maxNames = 100;

type ResourceWorld = Pick<WorkloadWorld, 'batchResources' | 'tokens' | 'location'>;

const paging = {
  maxResults: optionalMember(integerMember({ min: 1, max: 100 })),
  nextToken: optionalMember(textMember()),
};

/** DescribeJobQueues: the declared queues by name or ARN, or all. Omits unknown ones. */
export function createDescribeJobQueuesOperation({
  batchResources,
  tokens,
}: ResourceWorld): WorkloadOperation {
  return defineOperation({
    service: 'batch',
    name: 'DescribeJobQueues',
    request: structure({ jobQueues: optionalMember(listMember(textMember())), ...paging }),
    permissions: () => [{ action: 'batch:DescribeJobQueues', resource: '*' }],
    run: function describeJobQueues({ jobQueues: wanted, maxResults, nextToken: token }) {
      if (wanted && wanted.length > maxNames) throw tooManyNames(wanted.length);
      const found = batchResources
        .queues()
        .filter(({ arn, jobQueueName }) => {
          return wanted === undefined || wanted.includes(arn) || wanted.includes(jobQueueName);
        })
        .map(toQueueDetail);
      const scope = { operation: 'DescribeJobQueues', wanted };
      const page = tokens.page(found, { scope, size: maxResults ?? defaultPage, token });
      if (page === undefined) throw toClientException('nextToken is not valid');
      return { jobQueues: page.items, nextToken: page.nextToken };
    },
  });
}

/** DescribeJobDefinitions: revisions by name with revision or ARN, or by name and status. */
export function createDescribeJobDefinitionsOperation({
  batchResources,
  tokens,
}: ResourceWorld): WorkloadOperation {
  return defineOperation({
    service: 'batch',
    name: 'DescribeJobDefinitions',
    request: structure({
      jobDefinitions: optionalMember(listMember(textMember())),
      jobDefinitionName: optionalMember(textMember()),
      status: optionalMember(textMember()),
      ...paging,
    }),
    permissions: () => [{ action: 'batch:DescribeJobDefinitions', resource: '*' }],
    run: function describeJobDefinitions({ maxResults, nextToken: token, ...query }) {
      const { jobDefinitions: wanted, jobDefinitionName, status } = query;
      const others = [jobDefinitionName, status, maxResults, token];
      refuseNames(
        wanted,
        others.some((one) => one !== undefined),
      );
      const found = batchResources
        .definitions()
        .filter((one) => wanted === undefined || wanted.some((name) => isNamed(one, name)))
        .filter((one) => [undefined, one.jobDefinitionName].includes(jobDefinitionName))
        .filter((one) => status === undefined || one.status === status)
        .map(toDefinitionDetail);
      const scope = { operation: 'DescribeJobDefinitions', ...query };
      const page = tokens.page(found, { scope, size: maxResults ?? defaultPage, token });
      if (page === undefined) throw toClientException('nextToken is not valid');
      return { jobDefinitions: page.items, nextToken: page.nextToken };
    },
  });
}

/**
 * API model: up to 100 names with revision, and no other member beside them. The texts of the refusals
 * are inferred.
 */
function refuseNames(wanted: readonly string[] | undefined, hasOthers: boolean): void {
  if (wanted === undefined) return;
  if (wanted.length > maxNames) throw tooManyNames(wanted.length);
  if (hasOthers) throw toClientException('jobDefinitions cannot be used with other parameters');
  const bare = wanted.find((name) => !/:\d+$/.test(name));
  if (bare === undefined) return;
  throw toClientException(
    `jobDefinitions: found ${bare}, allowed: NAME:REVISION, or an ARN with it`,
  );
}

function tooManyNames(count: number) {
  return toClientException(`found ${count} names, allowed: at most ${maxNames}`);
}

function isNamed(
  { arn, jobDefinitionName, revision }: DeclaredJobDefinition,
  name: string,
): boolean {
  return [arn, `${jobDefinitionName}:${revision}`].includes(name);
}

function toQueueDetail({ arn, jobQueueName, state, status }: DeclaredJobQueue) {
  return {
    ...{ jobQueueName, jobQueueArn: arn, state, status, priority: 1 },
    statusReason: status === 'VALID' ? 'JobQueue Healthy' : `JobQueue ${status}`,
    computeEnvironmentOrder: [
      {
        order: 1,
        computeEnvironment: arn.replace(/job-queue\/.*$/, 'compute-environment/fargate'),
      },
    ],
    tags: {},
  };
}

function toDefinitionDetail({ arn, declaration, ...definition }: DeclaredJobDefinition) {
  const { retryStrategy, timeout, parameters = {}, propagateTags = false } = declaration;
  return {
    ...{ jobDefinitionArn: arn, jobDefinitionName: definition.jobDefinitionName },
    ...{ revision: definition.revision, status: definition.status, type: 'container' },
    ...{ parameters, propagateTags, containerProperties: definition.container, tags: {} },
    ...(retryStrategy && { retryStrategy }),
    ...(timeout && { timeout }),
    platformCapabilities: declaration.platformCapabilities ?? ['FARGATE'],
    containerOrchestrationType: 'ECS',
  };
}
