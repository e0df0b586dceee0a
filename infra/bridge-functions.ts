import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { AutosysBridgeProps } from './autosys-bridge-props.ts';
import type { BridgeFunctionProps } from './bridge-function.ts';
import type { BridgeNetwork } from './bridge-network.ts';
import { CanaryFunction } from './canary-function.ts';
import { LaunchApi } from './launch-api.ts';
import type { LedgerTable } from './ledger-table.ts';
import { ids } from './names.ts';
import { NightPages } from './night/night-pages.ts';
import { ReportFunction } from './report-function.ts';
import { BridgeRequests } from './requests/bridge-requests.ts';
import { SweepFunction } from './sweep-function.ts';

/** What the functions of a bridge use. */
export interface FunctionResources {
  readonly ledger: LedgerTable;
  readonly encryptionKey: IKey;
  readonly queue: Queue;
  /** @default - the functions run outside of a VPC */
  readonly network?: BridgeNetwork;
  readonly busName: string;
  /** Prefix of the names of all rules, and name of the launch API. */
  readonly rulePrefix: string;
}

/** The functions of a bridge; some exist only if the route file or the props ask for them. */
export interface BridgeFunctions {
  readonly report: ReportFunction;
  readonly sweep: SweepFunction;
  readonly canary: CanaryFunction | undefined;
  readonly launchApi: LaunchApi | undefined;
  readonly requests: BridgeRequests | undefined;
  readonly night: NightPages | undefined;
}

export const defaultCanaryInterval = Duration.minutes(15);

/** The next sweep run may start before the previous one ends. Canary runs never overlap. */
const reservedForSweep = 2;
const reservedForCanary = 1;

/** Creates the functions of a bridge in its scope. */
export function createBridgeFunctions(
  scope: Construct,
  props: AutosysBridgeProps,
  { queue, busName, rulePrefix, ...resources }: FunctionResources,
): BridgeFunctions {
  const { reservedConcurrency, config, maxConcurrency } = props;
  const { canary: every = defaultCanaryInterval } = props;
  const reserves = reservedConcurrency !== undefined;
  const reserve = (count: number) => (reserves ? { reservedConcurrency: count } : {});
  const shared = toShared(props, resources);
  // First, because the launch API passes hints to the wait function.
  const requests =
    config.requests.length === 0
      ? undefined
      : new BridgeRequests(scope, ids.requests, {
          ...props.requests,
          shared: { ...shared, busName },
          reserves,
          takesHints: props.launchApi !== undefined,
        });
  return {
    report: new ReportFunction(scope, ids.report, {
      ...shared,
      ...(reserves && { reservedConcurrency }),
      queue,
      ...(maxConcurrency !== undefined && { maxConcurrency }),
    }),
    sweep: new SweepFunction(scope, ids.sweep, {
      ...shared,
      ...reserve(reservedForSweep),
      busName,
    }),
    canary: every
      ? new CanaryFunction(scope, ids.canary, { ...shared, ...reserve(reservedForCanary), every })
      : undefined,
    launchApi:
      props.launchApi &&
      new LaunchApi(scope, ids.launchApi, {
        ...props.launchApi,
        name: rulePrefix,
        shared,
        reserves,
        ...(requests && { wait: requests.wait }),
      }),
    requests,
    night: config.night && new NightPages(scope, ids.night, { night: config.night, shared }),
  };
}

function toShared(
  props: AutosysBridgeProps,
  resources: Pick<FunctionResources, 'ledger' | 'encryptionKey' | 'network'>,
): BridgeFunctionProps {
  const { config, logRetention = RetentionDays.THREE_MONTHS, secretKeys = [] } = props;
  const { tracing = false, environmentEncryption } = props;
  return {
    ...resources,
    config,
    logRetention,
    secretKeys,
    tracing,
    ...(environmentEncryption && { environmentEncryption }),
  };
}
