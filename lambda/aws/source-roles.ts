import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { sourceRoleParts } from '../contract.ts';
import { SourceRoleError } from '../errors.ts';
import { toClientSettings } from './client-timeouts.ts';
import { type LookupLocation, toFailedCall } from './lookup.ts';

/** One try, as for the call that needs the role. A later run of the function repeats it. */
export const stsClientSettings = toClientSettings({ tries: 1, tryMs: 3_000 });

/**
 * Shortest session that STS allows. Access that is revoked in the other account ends within 15
 * minutes.
 */
const sessionSeconds = 900;
/** Session name in CloudTrail of the other account. */
const sessionName = 'autosys-bridge';

/** Temporary credentials. */
interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: Date;
}

/**
 * Settings of an AWS client for calls in a location, beside its Region; empty for the own
 * account.
 *
 * The client caches the credentials and renews them five minutes before they expire (AWS SDK).
 */
export type ToAccess = (location: LookupLocation) => {
  readonly credentials?: () => Promise<SessionKeys>;
};

export interface SourceRoleDeps {
  /** The account of this function. */
  readonly account: string;
  /** ARN of the role that each source creates, with {@link sourceRoleParts}. */
  readonly sourceRole: string;
  /** @default - a client of the own Region with the credentials of the function */
  readonly toClient?: () => STSClient;
}

/**
 * Creates the access to other accounts through STS. The role of each source permits lookups of runs,
 * and answers to tasks that wait for a job.
 */
export function createToAccess(deps: SourceRoleDeps): ToAccess {
  const { account, sourceRole, toClient = () => new STSClient(stsClientSettings) } = deps;
  let client: STSClient | undefined;
  return function toAccess(location) {
    return location.account === account ? {} : { credentials: () => assume(location) };
  };

  /** @throws {SourceRoleError} with location, role and what to do */
  async function assume(location: LookupLocation): Promise<SessionKeys> {
    const role = sourceRole
      .replace(sourceRoleParts.account, location.account)
      .replace(sourceRoleParts.region, location.region);
    try {
      client ??= toClient();
      const command = new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: sessionName,
        DurationSeconds: sessionSeconds,
      });
      const { Credentials: keys } = await client.send(command);
      const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = keys ?? {};
      if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('no keys');
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        ...(Expiration && { expiration: Expiration }),
      };
    } catch (error) {
      throw new SourceRoleError({ ...location, role, ...toFailedCall(error) });
    }
  }
}
