import { type Duration, Token } from 'aws-cdk-lib';
import type { BridgeConfig } from '../../lambda/routing/routes.ts';
import { describeLargePolicy } from './alias-policy.ts';

/** Settings of the requests of AWS processes. */
export interface RequestsOptions {
  /**
   * Reserved concurrent executions of the request function, 1 or more. It bounds how many requests
   * call AutoSys at a time; a further one is throttled by Lambda and tried again by its caller.
   *
   * @default 10
   */
  readonly reservedConcurrency?: number;
  /** Refused requests in five minutes at which the alarm fires, 1 or more. @default 5 */
  readonly refusedAlarm?: number;
  /**
   * Time after the end of its timeout at which an open wait is overdue: whole minutes, 1 or more.
   *
   * @default - 5 minutes
   */
  readonly overdueAfter?: Duration;
}

/**
 * Maximum number of entries. Each has two resources, an alias and its policy, and a stack has at
 * most 500 (CloudFormation quota, documented).
 */
export const maxRequestEntries = 100;

/** Checks the settings that are known at synth, and the limits of AWS. @throws {Error} */
export function checkRequests(
  { requests }: Pick<BridgeConfig, 'requests'>,
  options: RequestsOptions | undefined,
): void {
  if (requests.length === 0 && options !== undefined) {
    throw new Error(
      'requests: found without requests in the route file, allowed: only together with them',
    );
  }
  if (requests.length > maxRequestEntries) {
    throw new Error(
      `requests: found ${requests.length} entries in the route file, allowed: ${maxRequestEntries}; each needs two resources of a stack, so put callers with the same rights into one entry`,
    );
  }
  const large = requests.flatMap((entry) => describeLargePolicy(entry) ?? []);
  if (large.length > 0) throw new Error(large.join('\n'));
  if (options !== undefined) checkOptions(options);
}

function checkOptions({ reservedConcurrency, refusedAlarm, overdueAfter }: RequestsOptions): void {
  for (const [name, value] of Object.entries({ reservedConcurrency, refusedAlarm })) {
    if (value === undefined || Token.isUnresolved(value)) continue;
    if (Number.isInteger(value) && value >= 1) continue;
    throw new Error(`requests: found ${name} ${value}, allowed: a whole number, 1 or more`);
  }
  if (overdueAfter === undefined) return;
  const minutes = overdueAfter.isUnresolved()
    ? undefined
    : overdueAfter.toMinutes({ integral: false });
  if (minutes !== undefined && Number.isInteger(minutes) && minutes >= 1) return;
  const found =
    minutes === undefined ? 'a time that is known at deployment only' : `${minutes} minutes`;
  throw new Error(`requests: found overdueAfter ${found}, allowed: whole minutes, 1 or more`);
}
