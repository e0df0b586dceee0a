import type { Faults } from './faults.ts';
import { isMapping } from './located.ts';

/**
 * Warns about endpoints that a function in AWS probably cannot reach. A loopback address is the
 * function itself. A host name without a domain needs a search domain, and Lambda documents none
 * (inferred).
 */
export function warnOfEndpoints(instances: unknown, warnings: Faults): void {
  if (!isMapping(instances)) return;
  for (const [name, instance] of Object.entries(instances)) {
    const endpoints = isMapping(instance) ? instance['endpoints'] : undefined;
    if (!Array.isArray(endpoints)) continue;
    for (const [at, endpoint] of endpoints.entries()) {
      const message = typeof endpoint === 'string' ? findDoubt(endpoint) : undefined;
      if (message !== undefined) warnings.at(['instances', name, 'endpoints', at], message);
    }
  }
}

function findDoubt(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const host = new URL(endpoint).hostname.replace(/\.$/, '');
  if (/^(?:.*\.)?localhost$|^127\.|^0\.0\.0\.0$/.test(host)) {
    return `endpoint: found ${host}, which is the Lambda function itself and not the AutoSys server; use the host name of the server with its domain`;
  }
  if (host.includes('.')) return undefined;
  return `endpoint: found the host name ${host} without a domain, which a Lambda function may be unable to resolve; add the domain, such as ${host}.example.com`;
}
