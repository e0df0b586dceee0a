import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  type SFNClientConfig,
} from '@aws-sdk/client-sfn';
import { toClientSettings } from './client-timeouts.ts';
import {
  type DescribedExecution,
  type DescribeExecution,
  type LookupLocation,
  toNoAnswer,
} from './lookup.ts';

/** One try of three seconds: the sweep asks again in some minutes, and a repeated try would go past its budget. */
const clientSettings = toClientSettings({ tries: 1, tryMs: 3_000 });

/**
 * Binds the look at an execution to Step Functions.
 *
 * @param toSettings what the client of a place needs beside its Region; asked once for each
 */
export function createDescribeExecution(
  toSettings: (place: LookupLocation) => SFNClientConfig,
): DescribeExecution {
  const clients = new Map<string, SFNClient>();
  const toClient = (place: LookupLocation) => {
    const { region } = place;
    return new SFNClient({ ...clientSettings, region, ...toSettings(place) });
  };
  return async (executionArn, signal) => {
    const place = toPlace(executionArn);
    const key = `${place.account} ${place.region}`;
    const client = clients.get(key) ?? toClient(place);
    clients.set(key, client);
    const ask = async (includedData: 'ALL_DATA' | 'METADATA_ONLY') => {
      const command = new DescribeExecutionCommand({ executionArn, includedData });
      return {
        kind: 'found',
        execution: toDescribed(await client.send(command, { abortSignal: signal })),
      } as const;
    };
    try {
      return await ask('ALL_DATA').catch((error: unknown) => {
        // Of a state machine with a key of its own, which this function may not use: input and output stay unseen.
        if (isNamed(error, 'KmsAccessDeniedException')) return ask('METADATA_ONLY');
        throw error;
      });
    } catch (error) {
      // A session that was taken back is not tried again.
      if (isNamed(error, 'ExpiredTokenException')) clients.delete(key);
      return isNamed(error, 'ExecutionDoesNotExist') ? { kind: 'unknown' } : toNoAnswer(error);
    }
  };
}

/** The ARN of an execution names the place that knows it. */
function toPlace(executionArn: string): LookupLocation {
  const [, , , region = '', account = ''] = executionArn.split(':');
  return { account, region };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function toDescribed(output: DescribeExecutionOutput): DescribedExecution {
  const { executionArn = '', stateMachineArn = '', status = '', ...rest } = output;
  return { ...rest, executionArn, stateMachineArn, status };
}
