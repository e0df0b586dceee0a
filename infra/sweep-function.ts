import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { callByTheClock } from './schedule.ts';
import { grantAsking } from './sweep-permissions.ts';

/** The function that comes by the clock: brings about what is still due, and finds what was lost on the way. */
export class SweepFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    const description = 'Tells AutoSys what is still due, asks AWS what it did not announce';
    super(scope, id, { ...props, room: 'sweep', description });
    grantAsking(this.role, props.config.routes);
    callByTheClock(this, { description: 'AutoSys bridge: the sweep', every: Duration.minutes(1) });
  }
}
