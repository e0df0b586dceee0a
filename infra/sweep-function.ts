import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { ids } from './names.ts';
import { grantAsking } from './sweep-permissions.ts';

/** The function that comes by the clock: brings about what is still due, and finds what was lost on the way. */
export class SweepFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    const description = 'Tells AutoSys what is still due, asks AWS what it did not announce';
    super(scope, id, { ...props, room: 'sweep', description });
    grantAsking(this.role, props.config.routes);
    new Rule(this, ids.schedule, {
      description: 'AutoSys bridge: the sweep',
      schedule: Schedule.rate(Duration.minutes(1)),
      // A tick that could not be delivered is made up for by the next one.
      targets: [
        new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ],
    });
  }
}
