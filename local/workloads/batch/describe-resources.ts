import { defineOperation, toClientException, type WorkloadOperation } from '../operation.ts';
import { integerMember, listMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import type { DeclaredJobDefinition, DeclaredJobQueue } from './resources.ts';

const defaultPage = 100;

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

/** DescribeJobDefinitions: revisions by name, name with revision or ARN, or by status. */
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

function isNamed(
  { arn, jobDefinitionName, revision }: DeclaredJobDefinition,
  name: string,
): boolean {
  const unqualified = arn.slice(0, arn.lastIndexOf(':'));
  return [arn, unqualified, jobDefinitionName, `${jobDefinitionName}:${revision}`].includes(name);
}

function toQueueDetail({ arn, jobQueueName, state }: DeclaredJobQueue) {
  return {
    ...{ jobQueueName, jobQueueArn: arn, state, status: 'VALID', priority: 1 },
    statusReason: 'JobQueue Healthy',
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
