import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environment, sourceRoleParts } from '../../lambda/contract.ts';
import { BridgeFunction, type BridgeFunctionProps } from '../bridge-function.ts';
import { addSchedule } from '../schedule.ts';
import { toSourceRoleName } from '../source-role.ts';
import { toRoleArn } from '../sweep-permissions.ts';
import { grantAnswerRoles, grantAnswers } from './answer-permissions.ts';

/** Properties of the request function and of the wait function. */
export interface RequestFunctionProps extends BridgeFunctionProps {
  /** Name of the event bus for other accounts and Regions; the source role's name contains it. */
  readonly busName: string;
}

/**
 * The request function: does what AWS processes ask of AutoSys. It is invoked by the alias of an
 * entry only.
 *
 * No schedule keeps it warm, as the launch function: its policies would have to allow the role of
 * the schedule. Lambda may take back the network interface of a function in a VPC after weeks
 * without a call. The first call then fails with `ResourceNotReadyException`, after which the
 * states of `AutosysTask` try again.
 */
export class RequestFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { busName, ...props }: RequestFunctionProps) {
    super(scope, id, {
      ...props,
      entryFile: 'request',
      description: 'Does what AWS processes ask of AutoSys, once for each request',
      environment: { [environment.sourceRole]: toSourceRoleArn(scope, busName) },
    });
    const { requests } = props.config;
    // A state that asks again for a request that has succeeded is answered at once.
    grantAnswers(this.role, requests, ['states:SendTaskSuccess', 'states:SendTaskFailure']);
    // Also shows whether the role in the account of an execution exists, before a job is started.
    grantAnswerRoles(this.role, requests, toSourceRole(this, busName));
  }
}

/** The wait function: looks every minute whether the awaited jobs have ended, and answers. */
export class WaitFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { busName, ...props }: RequestFunctionProps) {
    super(scope, id, {
      ...props,
      entryFile: 'wait',
      description: 'Answers AWS processes that wait for the end of an AutoSys job',
      // A hint names a job, whose waits are found by the index by target.
      ledgerUse: 'search',
      environment: { [environment.sourceRole]: toSourceRoleArn(scope, busName) },
    });
    const { requests } = props.config;
    grantAnswers(this.role, requests);
    grantAnswerRoles(this.role, requests, toSourceRole(this, busName));
    addSchedule(this, {
      description: 'AutoSys bridge: the waits for the end of a job',
      every: Duration.minutes(1),
    });
  }
}

/** Name of the role that a source in a Region creates for this bridge. */
function toSourceRole(scope: Construct, busName: string): (region: string) => string {
  const { account, region } = Stack.of(scope);
  return (of) => toSourceRoleName(of, { account, region, name: busName });
}

function toSourceRoleArn(scope: Construct, busName: string): string {
  return toRoleArn(sourceRoleParts.account, toSourceRole(scope, busName)(sourceRoleParts.region));
}
