import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import { toFailedCall, toHttpStatus } from './lookup.ts';
import { type StartExecution, toFailedStart } from './start-result.ts';

/**
 * One try: the launch row decides on another call. Five seconds leave the function time for the
 * ledger within the 29 s of API Gateway.
 */
const clientSettings = toClientSettings({ tries: 1, tryMs: 5_000 });

/**
 * Creates the start of executions in the account and Region of the function.
 *
 * StartExecution with the name and input of a running execution has the answer of the first call
 * (API reference), so a repeated call does no harm.
 */
export function createStartExecution(
  client: Pick<SFNClient, 'send'> = new SFNClient(clientSettings),
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
