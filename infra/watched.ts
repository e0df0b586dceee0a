import type { Duration } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { WatchedRule } from './rule-alarms.ts';

/** Resources of the launch API that the alarms watch. */
export interface WatchedLaunchApi {
  readonly stage: Stage;
  readonly launch: IFunction;
  /** @default - no request is held */
  readonly hold?: IFunction;
  readonly authorizer: IFunction;
}

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
  /** The launch API and its functions. @default - no launch API */
  readonly launchApi?: WatchedLaunchApi;
  /** Names of the AutoSys instances. */
  readonly instances: readonly string[];
  /** Threshold for slow confirmations and overdue entries. */
  readonly slowAfter: Duration;
}
