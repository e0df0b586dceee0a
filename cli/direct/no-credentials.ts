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

/** The error of the SDK says only that no provider had any, so the environment tells which were asked. */
function toReason(env: AgentIo['env'], cause: unknown): string {
  if (typeof cause === 'string') return cause;
  const profile = env['AWS_PROFILE'];
  const asked = profile ? `profile ${profile} gave none${profileAdvice}` : 'none found';
  if (env['AWS_EC2_METADATA_DISABLED'] === 'true') {
    return `${asked}, and AWS_EC2_METADATA_DISABLED=true switches the instance role off`;
  }
  const endpoint = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || metadataAddress;
  return `${asked}, and the instance role at ${endpoint} did not answer with any`;
}

const profileAdvice = ' (does it exist? run its credential_process by hand as the user of the job)';
