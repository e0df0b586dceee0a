import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { BridgeFunction } from './bridge-function.ts';
import { ids } from './names.ts';

export interface Beat {
  readonly description: string;
  readonly every: Duration;
}

/** A tick that came to nothing is made up for by the next one; a minute is the least that Lambda keeps it for. */
const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) } as const;

/**
 * Lets a function come by the clock, once for each tick.
 *
 * A tick goes from EventBridge into a queue of Lambda's own, and each of them repeats by rules of its own: by itself Lambda
 * calls a function that fails twice more, and keeps what found no room for six hours, to call it all at once (AWS
 * documentation, asynchronous invocation). A canary's second call would be a second login.
 */
export function callByTheClock(scope: BridgeFunction, { description, every }: Beat): void {
  scope.function.configureAsyncInvoke(once);
  new Rule(scope, ids.schedule, {
    description,
    schedule: Schedule.rate(every),
    targets: [new LambdaFunction(scope.function, once)],
  });
}
