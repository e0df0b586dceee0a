import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import { type ReadRevisions, toFailedCall } from './lookup.ts';

const clientSettings = toClientSettings({ tries: 2, tryMs: 3_000 });

/**
 * Creates the comparison of the state machine of an execution with what it is now. Definitions are not
 * read, so the key of an encrypted state machine is not needed.
 */
export function createReadRevisions(
  client: Pick<SFNClient, 'send'> = new SFNClient(clientSettings),
): ReadRevisions {
  return async function readRevisions({ executionArn, stateMachineArn }, signal) {
    const includedData = 'METADATA_ONLY';
    try {
      const [used, current] = await Promise.all([
        client.send(new DescribeStateMachineForExecutionCommand({ executionArn, includedData }), {
          abortSignal: signal,
        }),
        client.send(new DescribeStateMachineCommand({ stateMachineArn, includedData }), {
          abortSignal: signal,
        }),
      ]);
      const { revisionId, updateDate } = used;
      return {
        kind: 'found',
        used: { revisionId, updatedMs: updateDate?.getTime() },
        current: { revisionId: current.revisionId },
      };
    } catch (error) {
      return toFailedCall(error);
    }
  };
}
