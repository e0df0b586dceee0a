import { defineOperation, type WorkloadOperation } from '../operation.ts';
import { ServiceRefusal } from '../refusal.ts';
import { optionalMember, structure, textMember } from '../shape.ts';
import type { WorkloadWorld } from '../world.ts';
import { isStepFunctionsName } from './names.ts';

/** Documented: 262,144 bytes in UTF-8 encoding. */
const inputLimit = 262_144;

/**
 * StartExecution: starts an execution; the same name and input while it runs gives the same answer.
 *
 * The order of the checks and the texts were measured in AWS by others: constraints of the model
 * (also of the length of name and input), the state machine, the name, the input.
 */
export function createStartExecutionOperation({
  stateMachines,
  executions,
}: Pick<WorkloadWorld, 'stateMachines' | 'executions'>): WorkloadOperation {
  return defineOperation({
    service: 'states',
    name: 'StartExecution',
    request: structure({
      stateMachineArn: textMember({ min: 1, max: 256 }),
      name: optionalMember(textMember({ min: 1, max: 80 })),
      input: optionalMember(textMember({ maxBytes: inputLimit, sensitive: true })),
      traceHeader: optionalMember(textMember({ max: 256 })),
    }),
    permissions: ({ stateMachineArn }) => [
      { action: 'states:StartExecution', resource: stateMachineArn },
    ],
    run: function startExecution({ stateMachineArn, name, input = '{}', traceHeader }) {
      const resolved = stateMachines.resolve(stateMachineArn);
      if (resolved.machine.status === 'DELETING') {
        const message = `State Machine is being deleted: '${stateMachineArn}'`;
        throw new ServiceRefusal('StateMachineDeleting', message);
      }
      if (name !== undefined && !isStepFunctionsName(name)) {
        throw new ServiceRefusal('InvalidName', `Invalid Name: '${name}'`);
      }
      requireJson(input);
      const started = executions.start({ resolved, executionName: name, input, traceHeader });
      return { executionArn: started.executionArn, startDate: started.startedAt / 1_000 };
    },
  });
}

/** @throws {ServiceRefusal} `InvalidExecutionInput`; its message does not quote the input */
function requireJson(input: string): void {
  try {
    JSON.parse(input);
  } catch {
    const reason = input === '' ? 'Invalid execution input.' : 'The input is not JSON';
    const message = `Invalid State Machine Execution Input: '${reason}'`;
    throw new ServiceRefusal('InvalidExecutionInput', message);
  }
}
