import { RedriveExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { startExecutionSettings } from './client-timeouts.ts';
import { toFailedCall, toHttpStatus } from './lookup.ts';
import { type RedriveExecution, toFailedStart } from './start-result.ts';

/** Creates the redrive of executions in the account and Region of the function. */
export function createRedriveExecution(
  client: Pick<SFNClient, 'send'> = new SFNClient(startExecutionSettings),
): RedriveExecution {
  return async function redriveExecution(redrive, signal) {
    try {
      const command = new RedriveExecutionCommand(redrive);
      const { redriveDate } = await client.send(command, { abortSignal: signal });
      if (redriveDate === undefined) {
        return { kind: 'unknown', reason: 'RedriveExecution answered without redrive date' };
      }
      return { kind: 'redriven', redrivenMs: redriveDate.getTime() };
    } catch (error) {
      return toFailedStart(toFailedCall(error), toHttpStatus(error));
    }
  };
}
