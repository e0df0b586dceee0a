import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import { grantLogs, grantRunReads, grantStarts } from './launch-permissions.ts';
import { addSchedule } from './schedule.ts';
import { grantRunChanges } from './stop-permissions.ts';

/** Timeout of the functions of the launch API. API Gateway ends a request after 29 seconds. */
const launchTimeout = Duration.seconds(29);

/**
 * Invokes a function in a VPC every ten minutes. Lambda takes back the network interface of a
 * function that is idle for long, and the next invocation fails (Lambda developer guide).
 */
function keepWarm(self: BridgeFunction, { network }: BridgeFunctionProps): void {
  if (network === undefined) return;
  addSchedule(self, {
    description: 'AutoSys bridge: keeps the network interface of a function of the launch API',
    every: Duration.minutes(10),
    input: { keepWarm: true },
  });
}

export interface LaunchFunctionProps extends BridgeFunctionProps {
  /** Names of the log groups that it can read; a `*` stands for any text. */
  readonly logGroups: readonly string[];
}

/** The launch function: starts runs in AWS for AutoSys, answers for their status, stops them. */
export class LaunchFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { logGroups, ...props }: LaunchFunctionProps) {
    const description = 'Starts AWS work for AutoSys, once for each run of a job';
    super(scope, id, { ...props, entryFile: 'launch', description, timeout: launchTimeout });
    const { targets } = props.config;
    grantStarts(this.role, targets);
    grantRunReads(this.role, targets);
    grantRunChanges(this.role, targets);
    grantLogs(this.role, logGroups);
    keepWarm(this, props);
  }
}

/**
 * Answers status requests that are held until the status changes. It reads and writes rows of the
 * ledger, and has no other permission.
 */
export class HoldFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    super(scope, id, {
      ...props,
      entryFile: 'hold',
      description: 'Answers requests that wait for the end of AWS work',
      ledgerUse: 'rows',
      secretUse: 'none',
      timeout: launchTimeout,
    });
    keepWarm(this, props);
  }
}

/** Checks the logins of the launch API. It reads the secrets of the callers and nothing else. */
export class AuthorizerFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: BridgeFunctionProps) {
    super(scope, id, {
      ...props,
      entryFile: 'authorizer',
      description: 'Checks the logins of the launch API',
      ledgerUse: 'none',
      secretUse: 'callers',
      timeout: Duration.seconds(10),
    });
    keepWarm(this, props);
  }
}
