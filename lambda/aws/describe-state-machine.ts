import {
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { type LiveClientOptions, maxListPages, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** A state machine as Step Functions describes or lists it. */
export interface DescribedStateMachine {
  readonly name: string;
  /** `STANDARD` or `EXPRESS`. */
  readonly type: string;
  /** `ACTIVE` or `DELETING`. Absent in a list. */
  readonly status?: string;
}

/** Reads of Step Functions in one account and Region. They never reject. */
export interface StateMachineReads {
  /**
   * Reads one state machine. `unknown`: Step Functions does not know it.
   *
   * @param arn of the state machine, or of a version or an alias
   */
  describe(
    arn: string,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'found'; readonly stateMachine: DescribedStateMachine }
    | { readonly kind: 'unknown' }
    | FailedCall
  >;
  /** Lists all state machines. */
  list(
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'found'; readonly stateMachines: readonly DescribedStateMachine[] }
    | FailedCall
  >;
}

/** Maximum page of ListStateMachines (API reference). */
const pageSize = 1_000;

/** Creates the reads. Definitions are not read, so no KMS key is needed. */
export function createStateMachineReads(
  options: LiveClientOptions,
  client: Pick<SFNClient, 'send'> = new SFNClient(toLiveSettings(options)),
): StateMachineReads {
  return {
    async describe(stateMachineArn, abortSignal) {
      try {
        const command = new DescribeStateMachineCommand({
          stateMachineArn,
          includedData: 'METADATA_ONLY',
        });
        const { name = '', type = '', status } = await client.send(command, { abortSignal });
        return { kind: 'found', stateMachine: { name, type, ...(status && { status }) } };
      } catch (error) {
        const isUnknown = error instanceof Error && error.name === 'StateMachineDoesNotExist';
        return isUnknown ? { kind: 'unknown' } : toFailedCall(error);
      }
    },
    async list(abortSignal) {
      const stateMachines: DescribedStateMachine[] = [];
      let nextToken: string | undefined;
      try {
        for (let page = 0; page < maxListPages; page += 1) {
          const command = new ListStateMachinesCommand({ maxResults: pageSize, nextToken });
          const answer = await client.send(command, { abortSignal });
          for (const { name = '', type = '' } of answer.stateMachines ?? []) {
            stateMachines.push({ name, type });
          }
          nextToken = answer.nextToken;
          if (nextToken === undefined) return { kind: 'found', stateMachines };
        }
        return { kind: 'unavailable', reason: 'ListStateMachines has too many pages' };
      } catch (error) {
        return toFailedCall(error);
      }
    },
  };
}
