import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { ids } from './names.ts';

export interface CanaryFunctionProps extends BridgeFunctionProps {
  readonly every: Duration;
}

/** The function that sees whether AutoSys can be told at all, before the night needs it. */
export class CanaryFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { every, ...props }: CanaryFunctionProps) {
    const description = 'Signs in to each AutoSys, sets a scratch variable and reads it back';
    super(scope, id, { ...props, room: 'canary', description, ledgerUse: 'rows' });
    new Rule(this, ids.schedule, {
      description: 'AutoSys bridge: the canary',
      schedule: Schedule.rate(every),
      // What could not be delivered is made up for by the next one; a second try would be a second sign-in.
      targets: [
        new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ],
    });
  }
}
