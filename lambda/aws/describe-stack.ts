import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { type LiveClientOptions, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** A deployed stack. */
export interface DescribedStack {
  /** ARN of the stack. */
  readonly id: string;
  readonly createdAt?: Date;
  /** Values by the names of its outputs. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Reads a stack by name or ARN. Never rejects. `unknown`: there is no such stack. */
export type DescribeStack = (
  stack: string,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly stack: DescribedStack }
  | { readonly kind: 'unknown' }
  | FailedCall
>;

/** Creates the read. */
export function createDescribeStack(
  options: LiveClientOptions,
  client: Pick<CloudFormationClient, 'send'> = new CloudFormationClient(toLiveSettings(options)),
): DescribeStack {
  return async function describeStack(stack, abortSignal) {
    try {
      const command = new DescribeStacksCommand({ StackName: stack });
      const { Stacks: [found] = [] } = await client.send(command, { abortSignal });
      if (found === undefined) return { kind: 'unknown' };
      const { StackId: id = '', CreationTime: createdAt, Outputs = [] } = found;
      const outputs = Object.fromEntries(
        Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      );
      return { kind: 'found', stack: { id, outputs, ...(createdAt && { createdAt }) } };
    } catch (error) {
      return isNoStack(error) ? { kind: 'unknown' } : toFailedCall(error);
    }
  };
}

/** CloudFormation has no error of its own for an unknown stack (API reference of DescribeStacks). */
function isNoStack(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.name === 'ValidationError' &&
    error.message.includes('does not exist')
  );
}
