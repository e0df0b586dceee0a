import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { flagMember, integerMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { requireExecution } from './find-execution.ts';
import { toWireEvent } from './history.ts';
import { invalidToken } from './invalid-token.ts';
import { requireStateMachineKey } from './state-machines.ts';

const defaultPage = 100;

/** GetExecutionHistory: the events of an execution, the oldest or the newest first, in pages. */
export function createGetExecutionHistoryOperation({
  executions,
  tokens,
}: Pick<WorkloadWorld, 'executions' | 'tokens'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'GetExecutionHistory',
    request: structure({
      executionArn: textMember({ min: 1, max: 256 }),
      maxResults: optionalMember(integerMember({ min: 0, max: 1_000 })),
      reverseOrder: optionalMember(flagMember()),
      nextToken: optionalMember(textMember({ min: 1, max: 1_024 })),
      includeExecutionData: optionalMember(flagMember()),
    }),
    permissions: ({ executionArn }) => [
      { action: 'states:GetExecutionHistory', resource: executionArn },
    ],
    run: function getExecutionHistory({ nextToken: token, maxResults, ...query }) {
      const { executionArn, reverseOrder = false, includeExecutionData: withData = true } = query;
      const { revision } = requireExecution(executions, executionArn);
      if (withData) requireStateMachineKey(revision, 'execution data');
      const events = executions
        .historyOf(executionArn)
        .map((event) => toWireEvent(event, { withData }));
      const ordered = reverseOrder ? events.toReversed() : events;
      const scope = { operation: 'GetExecutionHistory', ...query };
      const page = tokens.page(ordered, { scope, size: maxResults || defaultPage, token });
      if (page === undefined) throw invalidToken(token);
      return { events: page.items, nextToken: page.nextToken };
    },
  });
}
