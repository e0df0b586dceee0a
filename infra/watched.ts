import type { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { WatchedRule } from './rule-alarms.ts';

/** Resources and instances that the alarms watch. */
export interface Watched {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
  readonly undeliveredQueue: IQueue;
  /** Rules that send to the report queue. */
  readonly rules: readonly WatchedRule[];
  readonly report: IFunction;
  readonly sweep: IFunction;
  /** The canary function and its interval. @default - no canary */
  readonly canary?: { readonly function: IFunction; readonly every: Duration };
  /** Names of the AutoSys instances. */
  readonly instances: readonly string[];
  /** Threshold for slow confirmations and overdue entries. */
  readonly slowAfter: Duration;
}
