import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { ids } from './names.ts';

/** The function that comes by the clock: brings about what AutoSys could not take when AWS announced it. */
export class SweepFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    const description = 'Tells AutoSys what is still due after an outage';
    super(scope, id, { ...props, room: 'sweep', description });
    new Rule(this, ids.schedule, {
      description: 'AutoSys bridge: the drain',
      schedule: Schedule.rate(Duration.minutes(1)),
      // A tick that could not be delivered is made up for by the next one.
      targets: [
        new LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }),
      ],
    });
  }
}
