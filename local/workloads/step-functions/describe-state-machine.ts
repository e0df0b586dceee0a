import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { enumMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { requireExecution } from './find-execution.ts';
import {
  type DeclaredStateMachine,
  requireStateMachineKey,
  type StateMachineRevision,
} from './state-machines.ts';

type IncludedData = 'ALL_DATA' | 'METADATA_ONLY';

const includedDataShape = optionalMember(enumMember(['ALL_DATA', 'METADATA_ONLY']));

/** DescribeStateMachine: a state machine, or one of its versions. */
export function createDescribeStateMachineOperation({
  stateMachines,
}: Pick<WorkloadWorld, 'stateMachines'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'DescribeStateMachine',
    request: structure({
      stateMachineArn: textMember({ min: 1, max: 256 }),
      includedData: includedDataShape,
    }),
    permissions: ({ stateMachineArn }) => [
      { action: 'states:DescribeStateMachine', resource: stateMachineArn },
    ],
    run: function describeStateMachine({ stateMachineArn, includedData }) {
      const { machine, revision, versionArn } = stateMachines.resolve(stateMachineArn);
      return {
        ...toDescription(machine, revision, includedData),
        stateMachineArn: versionArn ?? machine.arn,
        ...{ status: machine.status, type: machine.type },
        creationDate: (versionArn ? revision.updatedAt : machine.createdAt) / 1_000,
      };
    },
  });
}

/**
 * DescribeStateMachineForExecution: the definition of the first start, which a redrive continues
 * with. Another `revisionId` than that of DescribeStateMachine means that it has changed. The child of
 * a Map Run has the whole definition (inferred; documented is only "the state machine associated with
 * the Map Run"). May lag behind.
 */
export function createDescribeStateMachineForExecutionOperation({
  stateMachines,
  executions,
  settings,
}: Pick<WorkloadWorld, 'stateMachines' | 'executions' | 'settings'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'DescribeStateMachineForExecution',
    request: structure({
      executionArn: textMember({ min: 1, max: 256 }),
      includedData: includedDataShape,
    }),
    permissions: ({ executionArn }) => [
      { action: 'states:DescribeStateMachineForExecution', resource: executionArn },
    ],
    run: function describeStateMachineForExecution({ executionArn, includedData }) {
      const { DescribeStateMachineForExecution: lagMs } = settings().lagMs;
      const record = requireExecution(executions, executionArn, lagMs);
      const [stateMachineArn = '', label] = record.stateMachineArn.split('/');
      const { machine } = stateMachines.resolve(stateMachineArn);
      return {
        ...toDescription(machine, record.revision, includedData),
        stateMachineArn: record.stateMachineArn,
        updateDate: record.revision.updatedAt / 1_000,
        ...(record.mapRunArn !== undefined && { mapRunArn: record.mapRunArn, label }),
      };
    },
  });
}

function toDescription(
  machine: DeclaredStateMachine,
  revision: StateMachineRevision,
  includedData: IncludedData = 'ALL_DATA',
) {
  if (includedData === 'ALL_DATA') requireStateMachineKey(revision, 'definition');
  const { revisionId, encryption } = revision;
  return {
    name: machine.stateMachineName,
    definition: includedData === 'ALL_DATA' ? revision.definition : '{}',
    roleArn: machine.roleArn,
    loggingConfiguration: { level: 'OFF', includeExecutionData: false },
    tracingConfiguration: { enabled: false },
    ...(revisionId !== undefined && { revisionId }),
    encryptionConfiguration: {
      type: encryption === undefined ? 'AWS_OWNED_KEY' : 'CUSTOMER_MANAGED_KMS_KEY',
    },
  };
}
