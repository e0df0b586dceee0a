import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environment, sourceRoleParts } from '../lambda/contract.ts';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { addSchedule } from './schedule.ts';
import { toSourceRoleName } from './source-role.ts';
import { grantAsking, grantSourceRoles, toRoleArn } from './sweep-permissions.ts';

export interface SweepFunctionProps extends BridgeFunctionProps {
  /** Of the bus that other accounts and Regions feed. */
  readonly busName: string;
}

/**
 * The function that comes by the clock: brings about what is still due, and finds what was lost on
 * the way.
 */
export class SweepFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { busName, ...props }: SweepFunctionProps) {
    const description = 'Tells AutoSys what is still due, asks AWS what it did not announce';
    const { account, region } = Stack.of(scope);
    const sourceRole = (of: string) => toSourceRoleName(of, { account, region, name: busName });
    const { account: anyAccount, region: anyRegion } = sourceRoleParts;
    super(scope, id, {
      ...props,
      room: 'sweep',
      description,
      environment: { [environment.sourceRole]: toRoleArn(anyAccount, sourceRole(anyRegion)) },
    });
    grantAsking(this.role, props.config.routes);
    const others = props.config.accounts.filter((one) => one !== account);
    grantSourceRoles(this.role, { ...props.config, accounts: others }, sourceRole);
    addSchedule(this, { description: 'AutoSys bridge: the sweep', every: Duration.minutes(1) });
  }
}
