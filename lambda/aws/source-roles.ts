import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { sourceRoleParts } from '../contract.ts';
import { SourceRoleError } from '../errors.ts';
import { toClientSettings } from './client-timeouts.ts';
import { type LookupLocation, toFailedCall } from './lookup.ts';

/** One try, as for the question itself: the run is asked about again in some minutes. */
export const stsClientSettings = toClientSettings({ tries: 1, tryMs: 3_000 });

/** The shortest session there is: what is taken back over there is gone here within a quarter of an hour. */
const sessionSeconds = 900;
/** The name that the trail of the other account shows. */
const sessionName = 'autosys-bridge-sweep';

/** Keys that end. */
interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration?: Date;
}

/**
 * What a client of AWS needs, beside its Region, to ask in a place: nothing in the own account.
 *
 * The client keeps the keys and asks for new ones five minutes before they end (AWS SDK).
 */
export type ToAccess = (place: LookupLocation) => {
  readonly credentials?: () => Promise<SessionKeys>;
};

export interface SourceRoleDeps {
  /** The account of this function. */
  readonly account: string;
  /** The ARN of the role that each source makes, with {@link sourceRoleParts}. */
  readonly sourceRole: string;
  /** @default - of the Region of this function, with its own credentials */
  readonly toClient?: () => STSClient;
}

/** Binds the way into other accounts to STS: each source has a role that may look, and does nothing else. */
export function createToAccess(deps: SourceRoleDeps): ToAccess {
  const { account, sourceRole, toClient = () => new STSClient(stsClientSettings) } = deps;
  let client: STSClient | undefined;
  return (place) => (place.account === account ? {} : { credentials: () => assume(place) });

  /** @throws {SourceRoleError} which tells where, and what to do about it */
  async function assume(place: LookupLocation): Promise<SessionKeys> {
    const role = sourceRole
      .replace(sourceRoleParts.account, place.account)
      .replace(sourceRoleParts.region, place.region);
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
      throw new SourceRoleError({ ...place, role, ...toFailedCall(error) });
    }
  }
}
