import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { addSchedule } from './schedule.ts';

export interface CanaryFunctionProps extends BridgeFunctionProps {
  /** Interval between two runs. */
  readonly every: Duration;
}

/** The canary function: tests at an interval whether AutoSys accepts and shows events. */
export class CanaryFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { every, ...props }: CanaryFunctionProps) {
    const description = 'Signs in to each AutoSys, sets a scratch variable and reads it back';
    super(scope, id, { ...props, entryFile: 'canary', description, ledgerUse: 'rows' });
    addSchedule(this, { description: 'AutoSys bridge: the canary', every });
  }
}
