import { toFailureReason } from '../../lambda/aws/failure-reason.ts';
import type { AgentIo } from '../agent/agent-io.ts';

/** The address of IMDS, unless the environment has another (documented). */
const metadataAddress = 'http://169.254.169.254';

/**
 * Describes why there are no credentials, and which are allowed. No line quotes the output of a
 * `credential_process`, which may hold a secret.
 *
 * @param cause an error of the SDK, or a reason
 */
export function describeNoCredentials(env: AgentIo['env'], cause: unknown): readonly string[] {
  return [
    `error: no AWS credentials for direct mode: ${toReason(env, cause)}`,
    'allowed: the instance role of the host, a container role, a profile of ~/.aws/config (AWS_PROFILE), also with credential_process, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  ];
}

function toReason(env: AgentIo['env'], cause: unknown): string {
  if (typeof cause === 'string') return cause;
  const text = cause instanceof Error ? `${cause.name} ${cause.message}` : '';
  const profile = env['AWS_PROFILE'] || 'default';
  if (/credential_process|process credential|Profile \S+ credential/i.test(text)) {
    return `credential_process of profile ${profile} has failed; run it by hand as the user of the job`;
  }
  if (
    /could not be found|could not resolve credentials|Profile/i.test(text) &&
    env['AWS_PROFILE']
  ) {
    return `profile ${profile} has no credentials`;
  }
  if (env['AWS_EC2_METADATA_DISABLED'] === 'true') {
    return 'none found, and AWS_EC2_METADATA_DISABLED=true switches the instance role off';
  }
  const endpoint = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || metadataAddress;
  return `none found, and the instance role at ${endpoint} did not answer with any (${toFailureReason(cause)})`;
}
