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

/** Functions of requests that the alarms watch, and their thresholds. */
export interface WatchedRequests {
  readonly request: IFunction;
  readonly wait: IFunction;
  /** Refused requests in five minutes. */
  readonly refusedAlarm: number;
  /** Time after the end of its timeout at which an open wait is overdue. */
  readonly overdueAfter: Duration;
}

/** The night function, its interval, and the instances that have a page. */
export interface WatchedNight {
  readonly function: IFunction;
  readonly every: Duration;
  readonly instances: readonly string[];
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
  /** The functions of requests. @default - no requests */
  readonly requests?: WatchedRequests;
  /** The night function. @default - no pages of the night */
  readonly night?: WatchedNight;
  /** Names of the AutoSys instances. */
  readonly instances: readonly string[];
  /** Threshold for slow confirmations and overdue entries. */
  readonly slowAfter: Duration;
}
