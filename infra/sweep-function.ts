import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environment, sourceRoleParts } from '../lambda/contract.ts';
import { toMatchedRoutes } from '../lambda/routing/target-routes.ts';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { addSchedule } from './schedule.ts';
import { toSourceRoleName } from './source-role.ts';
import { grantStops } from './stop-permissions.ts';
import { grantRunLookups, grantSourceRoles, toRoleArn } from './sweep-permissions.ts';

export interface SweepFunctionProps extends BridgeFunctionProps {
  /** Name of the event bus for other accounts and Regions. */
  readonly busName: string;
}

/** The sweep function: sends due entries every minute, and looks up runs whose end is missing. */
export class SweepFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { busName, ...props }: SweepFunctionProps) {
    const description = 'Sends due AutoSys events, looks up runs in AWS whose end is missing';
    const { account, region } = Stack.of(scope);
    const sourceRole = (of: string) => toSourceRoleName(of, { account, region, name: busName });
    const { account: anyAccount, region: anyRegion } = sourceRoleParts;
    super(scope, id, {
      ...props,
      entryFile: 'sweep',
      description,
      environment: { [environment.sourceRole]: toRoleArn(anyAccount, sourceRole(anyRegion)) },
    });
    grantRunLookups(this.role, toMatchedRoutes(props.config));
    // The sweep carries on with a stop until it is proven.
    grantStops(this.role, props.config.targets);
    const others = props.config.accounts.filter((one) => one !== account);
    grantSourceRoles(this.role, { ...props.config, accounts: others }, sourceRole);
    addSchedule(this, { description: 'AutoSys bridge: the sweep', every: Duration.minutes(1) });
  }
}
