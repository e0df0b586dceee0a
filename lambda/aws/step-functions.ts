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

/**
 * One try of three seconds. The sweep looks up the run again some minutes later; another try would
 * exceed its time budget.
 */
const clientSettings = toClientSettings({ tries: 1, tryMs: 3_000 });

/**
 * Creates the lookup of executions in Step Functions.
 *
 * @param toSettings settings of the client of a location, beside its Region; called once per
 * location
 */
export function createDescribeExecution(
  toSettings: (location: LookupLocation) => SFNClientConfig,
): DescribeExecution {
  const clients = new Map<string, SFNClient>();
  const toClient = (location: LookupLocation) => {
    const { region } = location;
    return new SFNClient({ ...clientSettings, region, ...toSettings(location) });
  };
  return async function describeExecution(executionArn, signal) {
    const location = toLocation(executionArn);
    const key = `${location.account} ${location.region}`;
    const client = clients.get(key) ?? toClient(location);
    clients.set(key, client);
    const describe = async (includedData: 'ALL_DATA' | 'METADATA_ONLY') => {
      const command = new DescribeExecutionCommand({ executionArn, includedData });
      return {
        kind: 'found',
        execution: toDescribed(await client.send(command, { abortSignal: signal })),
      } as const;
    };
    try {
      return await describe('ALL_DATA').catch((error: unknown) => {
        // The state machine has its own key that this function may not use; input and output are
        // left out.
        if (isNamed(error, 'KmsAccessDeniedException')) return describe('METADATA_ONLY');
        throw error;
      });
    } catch (error) {
      // After an expired session the client is discarded; the next lookup creates a new one.
      if (isNamed(error, 'ExpiredTokenException')) clients.delete(key);
      return isNamed(error, 'ExecutionDoesNotExist') ? { kind: 'unknown' } : toNoAnswer(error);
    }
  };
}

/** Account and Region from the ARN of the execution. */
function toLocation(executionArn: string): LookupLocation {
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
