import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { integerMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { requireExecution } from './find-execution.ts';
import { invalidToken } from './invalid-token.ts';

const defaultPage = 100;

/** ListMapRuns: the Map Runs that an execution has started. */
export function createListMapRunsOperation({
  executions,
  mapRuns,
  tokens,
}: Pick<WorkloadWorld, 'executions' | 'mapRuns' | 'tokens'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'ListMapRuns',
    request: structure({
      executionArn: textMember({ min: 1, max: 256 }),
      maxResults: optionalMember(integerMember({ min: 0, max: 1_000 })),
      nextToken: optionalMember(textMember({ min: 1, max: 1_024 })),
    }),
    permissions: ({ executionArn }) => [{ action: 'states:ListMapRuns', resource: executionArn }],
    run: function listMapRuns({ executionArn, maxResults, nextToken: token }) {
      requireExecution(executions, executionArn);
      const items = mapRuns.of(executionArn).map(({ startedAt, stoppedAt, ...mapRun }) => ({
        executionArn,
        mapRunArn: mapRun.mapRunArn,
        stateMachineArn: mapRun.stateMachineArn,
        startDate: startedAt / 1_000,
        ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1_000 }),
      }));
      const scope = { operation: 'ListMapRuns', executionArn };
      const page = tokens.page(items, { scope, size: maxResults || defaultPage, token });
      if (page === undefined) throw invalidToken(token);
      return { mapRuns: page.items, nextToken: page.nextToken };
    },
  });
}
