import { SourceRoleError } from '../errors.ts';
import { readExecutionArn } from './execution-arn.ts';

export interface FindTaskFaultDeps {
  /** Account of the function. */
  readonly account: string;
  /**
   * Proves that the role of the source in another account can be used.
   * @throws {SourceRoleError}
   */
  readonly assumeRole: (location: {
    readonly account: string;
    readonly region: string;
  }) => Promise<unknown>;
  readonly now: () => Date;
}

/** How long a proof is used, in milliseconds. A session of STS lasts 15 minutes. */
const provenMs = 10 * 60_000;

/**
 * Creates the check, before anything is sent, whether the answer can reach an execution.
 *
 * A task token works only from the account of its execution (Step Functions developer guide).
 */
export function createFindTaskFault({ account, assumeRole, now }: FindTaskFaultDeps) {
  const provenAtMs = new Map<string, number>();

  /** @returns the fault, or `undefined`. @throws {SourceRoleError} if STS does not answer now */
  return async function findTaskFault(execution: string): Promise<string | undefined> {
    const named = readExecutionArn(execution);
    if (named === undefined) return 'context.execution is not the ARN of an execution';
    if (named.isExpress) {
      return 'an Express execution cannot wait for a task token; use a Standard state machine, or send the request without a token';
    }
    if (named.account === account) return undefined;
    const key = `${named.account} ${named.region}`;
    if (now().getTime() - (provenAtMs.get(key) ?? 0) < provenMs) return undefined;
    try {
      await assumeRole({ account: named.account, region: named.region });
    } catch (error) {
      if (!(error instanceof SourceRoleError) || error.kind !== 'denied') throw error;
      return `the end of the job cannot be answered in account ${named.account}: ${error.message}`;
    }
    provenAtMs.set(key, now().getTime());
    return undefined;
  };
}
