import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { startExecutionSettings } from './client-timeouts.ts';
import { toFailedCall, toHttpStatus } from './lookup.ts';
import { type StartExecution, toFailedStart } from './start-result.ts';

/**
 * Creates the start of executions in the account and Region of the function.
 *
 * StartExecution with the name and input of a running execution has the answer of the first call
 * (API reference), so a repeated call does no harm.
 */
export function createStartExecution(
  client: Pick<SFNClient, 'send'> = new SFNClient(startExecutionSettings),
): StartExecution {
  return async function startExecution(start, signal) {
    try {
      const command = new StartExecutionCommand(start);
      const { executionArn = '', startDate } = await client.send(command, { abortSignal: signal });
      if (executionArn === '' || startDate === undefined) {
        return { kind: 'unknown', reason: 'StartExecution answered without ARN or start date' };
      }
      return { kind: 'started', id: executionArn, beganMs: startDate.getTime() };
    } catch (error) {
      if (error instanceof Error && error.name === 'ExecutionAlreadyExists') {
        return { kind: 'nameTaken' };
      }
      return toFailedStart(toFailedCall(error), toHttpStatus(error));
    }
  };
}
