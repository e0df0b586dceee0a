import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { enumMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { toExecutionDetail } from './execution.ts';
import { toExecutionDescription } from './execution-description.ts';
import { unknownExecution } from './find-execution.ts';
import { requireStateMachineKey } from './state-machines.ts';
import { readStatesArn } from './states-arn.ts';

type Detail = Readonly<Record<string, unknown>>;

/** DescribeExecution: a planned execution, or one that is known by its events. May lag behind. */
export function createDescribeExecutionOperation({
  ...world
}: Pick<
  WorkloadWorld,
  'clock' | 'executions' | 'observed' | 'lookups' | 'settings'
>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'DescribeExecution',
    request: structure({
      executionArn: textMember({ min: 1, max: 256 }),
      includedData: optionalMember(enumMember(['ALL_DATA', 'METADATA_ONLY'])),
    }),
    permissions: ({ executionArn }) => [
      { action: 'states:DescribeExecution', resource: executionArn },
    ],
    run: function describeExecution({ executionArn, includedData = 'ALL_DATA' }) {
      world.lookups.push(executionArn);
      readStatesArn(executionArn, 'execution');
      const detail =
        findPlanned(world, executionArn, includedData) ?? world.observed.execution(executionArn);
      if (detail === undefined) throw unknownExecution(executionArn);
      return toExecutionDescription(detail, includedData);
    },
  });
}

function findPlanned(
  { executions, settings, clock }: Pick<WorkloadWorld, 'executions' | 'settings' | 'clock'>,
  executionArn: string,
  includedData: string,
): Detail | undefined {
  const record = executions.find(executionArn, settings().lagMs.DescribeExecution);
  if (record === undefined) return undefined;
  if (includedData === 'ALL_DATA')
    requireStateMachineKey(record.revision, 'input, output, error and cause');
  const { mapRunArn = null, traceHeader = null } = record;
  const historyLength = executions.historyOf(executionArn).length;
  return {
    ...toExecutionDetail(record, { now: clock.now(), historyLength }),
    ...{ mapRunArn, traceHeader },
  };
}
