import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { requireExecution } from './find-execution.ts';
import { requireStateMachineKey } from './state-machines.ts';

/**
 * StopExecution: ends an execution as ABORTED. Error and cause are encrypted with the key of the
 * state machine, so a caller without the key must leave out both.
 */
export function createStopExecutionOperation({
  executions,
}: Pick<WorkloadWorld, 'executions'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'StopExecution',
    request: structure({
      executionArn: textMember({ min: 1, max: 256 }),
      error: optionalMember(textMember({ max: 256, sensitive: true })),
      cause: optionalMember(textMember({ max: 32_768, sensitive: true })),
    }),
    permissions: ({ executionArn }) => [{ action: 'states:StopExecution', resource: executionArn }],
    run: function stopExecution({ executionArn, error, cause }) {
      const { revision } = requireExecution(executions, executionArn);
      if (error !== undefined || cause !== undefined)
        requireStateMachineKey(revision, 'error and cause');
      const stopped = executions.stop(executionArn, { error, cause });
      return { stopDate: (stopped?.stoppedAt ?? 0) / 1_000 };
    },
  });
}
