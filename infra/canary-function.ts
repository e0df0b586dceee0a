import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { addSchedule } from './schedule.ts';

export interface CanaryFunctionProps extends BridgeFunctionProps {
  readonly every: Duration;
}

/** The function that sees whether AutoSys can be told at all, before the night needs it. */
export class CanaryFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { every, ...props }: CanaryFunctionProps) {
    const description = 'Signs in to each AutoSys, sets a scratch variable and reads it back';
    super(scope, id, { ...props, room: 'canary', description, ledgerUse: 'rows' });
    addSchedule(this, { description: 'AutoSys bridge: the canary', every });
  }
}
