import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  type SFNClientConfig,
} from '@aws-sdk/client-sfn';
import { type DescribedExecution, type DescribeExecution, toNoAnswer } from './described.ts';

/**
 * One try of three seconds: the sweep asks again in some minutes, and a repeated try would go past its budget.
 *
 * Without `throwOnRequestTimeout` the SDK only warns and waits on.
 */
export const clientSettings = {
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 3_000,
    socketTimeout: 3_000,
    throwOnRequestTimeout: true,
  },
} as const satisfies SFNClientConfig;

/**
 * Binds the look at an execution to Step Functions.
 *
 * @param toClient a client for a Region; asked once for each @default - one with the credentials of the function
 */
export function createDescribeExecution(
  toClient = (region: string) => new SFNClient({ ...clientSettings, region }),
): DescribeExecution {
  const clients = new Map<string, SFNClient>();
  return async (executionArn, signal) => {
    const region = executionArn.split(':')[3] ?? '';
    const client = clients.get(region) ?? toClient(region);
    clients.set(region, client);
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
      return isNamed(error, 'ExecutionDoesNotExist') ? { kind: 'unknown' } : toNoAnswer(error);
    }
  };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function toDescribed(output: DescribeExecutionOutput): DescribedExecution {
  const { executionArn = '', stateMachineArn = '', status = '', ...rest } = output;
  return { ...rest, executionArn, stateMachineArn, status };
}
