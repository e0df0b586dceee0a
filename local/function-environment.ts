import { TemplateError } from './template-error.ts';
import type { WiredFunction } from './wiring.ts';

/**
 * The environment variables of a function: those of its template, the endpoints of the embedded
 * services, and the overrides, which take precedence.
 *
 * @throws {TemplateError} for a variable that cannot be resolved and has no override
 */
export function resolveEnvironment(
  target: WiredFunction,
  endpointUrls: Readonly<Record<'secrets' | 'tables' | 'workloads', string>>,
  override: ((target: WiredFunction) => Readonly<Record<string, string>>) | undefined,
): Readonly<Record<string, string>> {
  const overrides = override?.(target) ?? {};
  const missing = Object.entries(target.unresolved).find(
    ([name]) => !Object.hasOwn(overrides, name),
  );
  if (missing) {
    const [name, reason] = missing;
    const allowed = 'a local value, given as an environment override';
    throw new TemplateError(`${target.id}, Environment.${name}`, { found: reason, allowed });
  }
  const endpoints = {
    // Default endpoint of all other services: each call is refused and counted.
    AWS_ENDPOINT_URL: endpointUrls.secrets,
    AWS_ENDPOINT_URL_DYNAMODB: endpointUrls.tables,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpointUrls.secrets,
    AWS_ENDPOINT_URL_SFN: endpointUrls.workloads,
    AWS_ENDPOINT_URL_BATCH: endpointUrls.workloads,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpointUrls.workloads,
    // Prevents the SDK from looking for the credentials of an EC2 instance.
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return { ...target.environment, ...endpoints, ...overrides };
}
