import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { integerMember, optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { invalidToken } from './invalid-token.ts';

const defaultPage = 100;

const request = structure({
  maxResults: optionalMember(integerMember({ min: 0, max: 1_000 })),
  nextToken: optionalMember(textMember({ min: 1, max: 1_024 })),
});

/** ListStateMachines: every state machine with its type. The status is not part of the list. */
export function createListStateMachinesOperation({
  stateMachines,
  tokens,
}: Pick<WorkloadWorld, 'stateMachines' | 'tokens'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'ListStateMachines',
    request,
    permissions: () => [{ action: 'states:ListStateMachines', resource: '*' }],
    run: function listStateMachines({ maxResults, nextToken: token }) {
      const items = stateMachines.list().map(({ arn, stateMachineName, type, createdAt }) => ({
        ...{ stateMachineArn: arn, name: stateMachineName, type },
        creationDate: createdAt / 1_000,
      }));
      const size = maxResults || defaultPage;
      const page = tokens.page(items, { scope: { operation: 'ListStateMachines' }, size, token });
      if (page === undefined) throw invalidToken(token);
      return { stateMachines: page.items, nextToken: page.nextToken };
    },
  });
}
