import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { toFailedCall } from '../../lambda/aws/lookup.ts';
import { nothingStarted } from '../../lambda/launch/api.ts';
import type { Home } from '../../lambda/routing/routes.ts';
import { AgentError, refuseUsage } from '../agent/agent-error.ts';
import type { AgentIo } from '../agent/agent-io.ts';
import { sleepMs } from '../agent/call-repeatedly.ts';
import { describeNoCredentials } from './no-credentials.ts';

/** Credentials that are loaded when they are needed, and again before they expire. */
export type DirectCredentials = Exclude<STSClientConfig['credentials'], undefined>;

/** Where the runs of this host are, and with which credentials they are reached. */
export interface OpenedHome {
  readonly home: Home;
  readonly credentials: DirectCredentials;
  /** Closes the connection. */
  readonly close: () => void;
}

/** Maximum time of loading credentials: a `credential_process` may ask another service. */
export const credentialsTimeoutMs = 30_000;
/** Tries of GetCallerIdentity, and the pause after each. */
const tries = { count: 3, pauseMs: 2_000 } as const;

/**
 * Finds Region, credentials and account, by the default chain of the SDK: environment, profile,
 * `credential_process`, container, instance role (IMDSv2).
 *
 * GetCallerIdentity needs no permission (API reference).
 *
 * @throws {AgentError} with what is allowed
 */
export async function openHome(
  settings: Pick<STSClientConfig, 'requestHandler' | 'maxAttempts'>,
  io: Pick<AgentIo, 'env' | 'clock'>,
): Promise<OpenedHome> {
  const sts = new STSClient(settings);
  try {
    const region = await readRegion(sts);
    await loadCredentials(sts, io);
    const account = await readAccount(sts, io);
    const credentials = () => sts.config.credentials();
    return { home: { account, region }, credentials, close: () => sts.destroy() };
  } catch (error) {
    sts.destroy();
    throw error;
  }
}

async function readRegion({ config }: STSClient): Promise<string> {
  try {
    return await config.region();
  } catch {
    throw refuseUsage([
      'Region: not set; set AWS_REGION, such as eu-west-1, or `region` of the profile in ~/.aws/config',
    ]);
  }
}

async function loadCredentials(
  { config }: STSClient,
  { env, clock }: Pick<AgentIo, 'env' | 'clock'>,
): Promise<void> {
  const loading = config.credentials();
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const cancel = clock.setTimer(credentialsTimeoutMs, () => resolve('late'));
  try {
    const first = await Promise.race([loading, late]);
    if (first !== 'late') return;
    // Whatever it ends with, it is too late.
    loading.catch(() => undefined);
    throw refuseCredentials(env, `no answer within ${credentialsTimeoutMs / 1_000} s`);
  } catch (error) {
    throw error instanceof AgentError ? error : refuseCredentials(env, error);
  } finally {
    cancel();
  }
}

function refuseCredentials(env: AgentIo['env'], cause: unknown): AgentError {
  return new AgentError(nothingStarted.notAllowed, describeNoCredentials(env, cause));
}

async function readAccount(sts: STSClient, { clock }: Pick<AgentIo, 'clock'>): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
      if (/^\d{12}$/.test(account)) return account;
      throw new AgentError(nothingStarted.notReached, [
        'error: GetCallerIdentity answered without an account',
      ]);
    } catch (error) {
      if (error instanceof AgentError) throw error;
      const { kind, reason } = toFailedCall(error);
      if (kind === 'denied' || /^(?:InvalidClientTokenId|SignatureDoesNotMatch)/.test(reason)) {
        throw new AgentError(nothingStarted.notAllowed, [
          `error: AWS does not accept the credentials of this host: GetCallerIdentity: ${reason}`,
          'renew the credentials, and check the clock of this host',
        ]);
      }
      if (attempt === tries.count) {
        throw new AgentError(nothingStarted.notReached, [
          `error: AWS was not reached: GetCallerIdentity: ${reason}`,
          'check the way to sts in the Region of this host: proxy (HTTPS_PROXY), VPC endpoint, DNS',
        ]);
      }
      await sleepMs(clock, tries.pauseMs);
    }
  }
}
