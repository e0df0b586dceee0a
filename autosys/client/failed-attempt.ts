import { AutosysOutcomeUnknownError, AutosysUnreachableError } from '../errors.ts';
import { adviseOn, type NetworkFault } from '../network-fault.ts';
import type { AewsEndpoint } from './endpoint.ts';
import type { RequestDescription } from './wire.ts';

/** An attempt without a reply. */
export interface FailedAttempt {
  readonly kind: 'unsent' | 'unanswered';
  readonly endpoint: AewsEndpoint;
  readonly fault?: NetworkFault | undefined;
  readonly reason: string;
  readonly cause: Error;
}

/** The error of a change that was sent and not answered. */
export function toOutcomeUnknown(
  { doing }: Pick<RequestDescription, 'doing'>,
  endpoint: AewsEndpoint,
  { reason, cause }: Omit<FailedAttempt, 'endpoint' | 'kind'>,
) {
  return new AutosysOutcomeUnknownError({
    doing,
    reason: `it was sent to ${endpoint.name} and ${reason}`,
    cause,
  });
}

/** The time limit had passed already, for example because the function was frozen. */
export function toNotSent(endpoint: AewsEndpoint): FailedAttempt {
  const reason = 'not sent: its time limit had passed';
  return { endpoint, kind: 'unsent', reason, cause: new Error(reason) };
}

/** The error of a request that reached no endpoint, with the reason of each. */
export function toUnreachable(failed: readonly FailedAttempt[]): AutosysUnreachableError {
  const [first] = failed;
  const cause = first === undefined ? {} : { cause: first.cause };
  const several = failed.length > 1;
  const named = (name: string, text: string) => (several ? `${name}: ${text}` : text);
  const advice = failed.flatMap(({ endpoint, fault }) =>
    fault === undefined ? [] : [named(endpoint.name, adviseOn(fault))],
  );
  return new AutosysUnreachableError({
    endpoint: failed.map(({ endpoint }) => endpoint.name).join(' and '),
    reason: failed.map(({ endpoint, reason }) => named(endpoint.name, reason)).join('; '),
    ...cause,
    wasSent: failed.some(({ kind }) => kind === 'unanswered'),
    ...(advice.length > 0 && { advice: advice.join('; ') }),
  });
}
