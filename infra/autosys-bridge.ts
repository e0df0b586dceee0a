import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { toMatchedRoutes, toSourceRoutes } from '../lambda/routing/target-routes.ts';
import type { AutosysBridgeProps } from './autosys-bridge-props.ts';
import { BridgeBus } from './bridge-bus.ts';
import { functionTimeout } from './bridge-function.ts';
import { createBridgeFunctions, defaultCanaryInterval } from './bridge-functions.ts';
import { admitServices, BridgeKey } from './bridge-key.ts';
import { BridgeNetwork } from './bridge-network.ts';
import type { CanaryFunction } from './canary-function.ts';
import { checkBridgeLocation, checkBridgeProps } from './check-bridge-props.ts';
import type { LaunchApi } from './launch-api.ts';
import { LedgerBackup } from './ledger-backup.ts';
import { LedgerTable } from './ledger-table.ts';
import { ids } from './names.ts';
import type { NightPages } from './night/night-pages.ts';
import { Operators } from './operators.ts';
import type { ReportFunction } from './report-function.ts';
import { ReportQueue } from './report-queue.ts';
import { answersOtherAccounts } from './requests/answer-permissions.ts';
import type { AutosysRequests } from './requests/autosys-requests.ts';
import type { AutosysTask } from './requests/autosys-task.ts';
import type { BridgeRequests } from './requests/bridge-requests.ts';
import type {
  ByEntry,
  GetAutosysJobStatusProps,
  RunAutosysJobProps,
  SetAutosysGlobalProps,
} from './requests/task-props.ts';
import { checkResourceCount } from './resource-count.ts';
import type { WatchedRule } from './rule-alarms.ts';
import { toRulePrefix } from './rule-prefix.ts';
import { toStackLocation } from './stack-location.ts';
import type { SweepFunction } from './sweep-function.ts';
import { WorkloadRules } from './workload-rules.ts';

/**
 * A bridge that sends AutoSys events for state changes in Step Functions and AWS Batch.
 *
 * EventBridge rules match the state changes of the routes, functions send the AutoSys events, and a
 * ledger records them. One bridge per account and Region serves any number of routes and AutoSys
 * instances.
 */
export class AutosysBridge extends Construct {
  /** KMS key that encrypts queues, ledger and logs. */
  readonly encryptionKey: IKey;
  /** DynamoDB table with the state of all effects and runs. */
  readonly ledger: LedgerTable;
  /** SQS queue that invokes the report function. */
  readonly queue: Queue;
  /** Messages that the report function failed to handle five times. */
  readonly deadLetterQueue: Queue;
  /** Events that EventBridge could not deliver to the report queue. */
  readonly undeliveredQueue: Queue;
  /** Function that handles events of the report queue and sends AutoSys events. */
  readonly report: ReportFunction;
  /** Scheduled function that sends due entries and looks up open runs. */
  readonly sweep: SweepFunction;
  /** Scheduled function that tests each AutoSys instance. Undefined if `canary` is `false`. */
  readonly canary: CanaryFunction | undefined;
  /** The API through which AutoSys starts AWS work. Undefined if the route file has no targets. */
  readonly launchApi: LaunchApi | undefined;
  /** What AWS processes can ask of AutoSys. Undefined if the route file has no requests. */
  readonly requests: BridgeRequests | undefined;
  /** Pages of the night. Undefined if the route file has none. */
  readonly night: NightPages | undefined;
  /**
   * Event bus for other accounts and Regions. Undefined unless `otherAccounts` or `organizationId`
   * is set.
   */
  readonly bus: BridgeBus | undefined;
  /** Prefix of the names of all rules of this bridge. No other rule may use it. */
  readonly rulePrefix: string;
  /** SNS topic that is notified of alarms. */
  readonly alarmTopic: ITopic;

  constructor(scope: Construct, id: string, props: AutosysBridgeProps) {
    super(scope, id);
    checkBridgeProps(props);
    checkBridgeLocation(this, props);
    this.rulePrefix = toRulePrefix(this, props.rulePrefix);
    this.encryptionKey = props.encryptionKey ?? new BridgeKey(this, ids.key);
    admitServices(this.encryptionKey, this);
    const network = this.#createNetwork(props);
    const reportQueue = new ReportQueue(this, ids.reportQueue, {
      functionTimeout,
      encryptionKey: this.encryptionKey,
      rulePrefix: this.rulePrefix,
      ...(hasBus(props) && { busName: toBusName(props) }),
      ...(props.operatorsRoleArns && { operatorsRoleArns: props.operatorsRoleArns }),
    });
    this.queue = reportQueue.queue;
    this.deadLetterQueue = reportQueue.deadLetterQueue;
    this.undeliveredQueue = reportQueue.undeliveredQueue;
    const rules = {
      routes: toMatchedRoutes(props.config),
      target: reportQueue.asTarget(),
      rulePrefix: this.rulePrefix,
      // An alias and its policy.
      laterResources: 2 * props.config.requests.length,
      ...(props.maxRules !== undefined && { maxRules: props.maxRules }),
      ...(props.rules !== undefined && { rules: props.rules }),
    };
    const { watched } = new WorkloadRules(this, ids.rules, rules);
    this.bus = this.#createBus(props);
    // Launch targets are in the account and Region of the bridge, so none is on this bus.
    const onBus =
      this.bus &&
      new WorkloadRules(this, ids.busRules, {
        ...rules,
        routes: toSourceRoutes(props.config),
        eventBus: this.bus,
      });
    this.ledger = new LedgerTable(this, ids.ledger, { encryptionKey: this.encryptionKey });
    if (props.backup) {
      const { table } = this.ledger;
      new LedgerBackup(this, ids.backup, { table, encryptionKey: this.encryptionKey });
    }
    const functions = createBridgeFunctions(this, props, {
      ledger: this.ledger,
      encryptionKey: this.encryptionKey,
      queue: this.queue,
      ...network,
      busName: toBusName(props),
      rulePrefix: this.rulePrefix,
    });
    this.report = functions.report;
    this.sweep = functions.sweep;
    this.canary = functions.canary;
    this.launchApi = functions.launchApi;
    this.requests = functions.requests;
    this.night = functions.night;
    const watchedRules = [...watched, ...(onBus?.watched ?? [])];
    this.alarmTopic = this.#createOperators(props, watchedRules).topic;
    checkResourceCount(this);
  }

  /**
   * A state of Step Functions that runs an AutoSys job, and continues when that run has ended.
   *
   * @throws {Error} if the entry does not allow it
   */
  runAutosysJob(scope: Construct, id: string, props: ByEntry<RunAutosysJobProps>): AutosysTask {
    return this.#requestsOf(props).runAutosysJob(scope, id, props);
  }

  /**
   * A state that sets a global variable, and continues when AutoSys shows the value.
   *
   * @throws {Error} if the entry does not allow it
   */
  setAutosysGlobal(
    scope: Construct,
    id: string,
    props: ByEntry<SetAutosysGlobalProps>,
  ): AutosysTask {
    return this.#requestsOf(props).setAutosysGlobal(scope, id, props);
  }

  /**
   * A state whose result is the status of a job.
   *
   * @throws {Error} if the entry does not allow it
   */
  getAutosysJobStatus(
    scope: Construct,
    id: string,
    props: ByEntry<GetAutosysJobStatusProps>,
  ): AutosysTask {
    return this.#requestsOf(props).getAutosysJobStatus(scope, id, props);
  }

  #requestsOf({ entry }: ByEntry<object>): AutosysRequests {
    if (this.requests) return this.requests.of(entry);
    throw new Error(
      'entry: found no requests in the route file, allowed: an entry of requests, which names the role of the state machine as caller',
    );
  }

  #createBus(props: AutosysBridgeProps) {
    if (!hasBus(props)) return undefined;
    const { otherAccounts: accounts = [], organizationId } = props;
    return new BridgeBus(this, ids.bus, {
      name: toBusName(props),
      accounts,
      ...(organizationId !== undefined && { organizationId }),
    });
  }

  #createOperators(
    { config, canary: every, launchApi: _, requests: __, ...options }: AutosysBridgeProps,
    rules: readonly WatchedRule[],
  ): Operators {
    const canary = this.canary && {
      function: this.canary.function,
      every: every || defaultCanaryInterval,
    };
    return new Operators(this, ids.operators, {
      ...options,
      queue: this.queue,
      deadLetterQueue: this.deadLetterQueue,
      undeliveredQueue: this.undeliveredQueue,
      rules,
      report: this.report.function,
      sweep: this.sweep.function,
      instances: config.instances.map(({ name }) => name),
      ...(canary && { canary }),
      ...(this.launchApi && { launchApi: this.launchApi.watched }),
      ...(this.requests && {
        requests: this.requests.watched,
        requestLogGroups: this.requests.logGroups,
      }),
      ...(this.night && { night: this.night.watched }),
      // The saved queries are about events of AWS. The log of the canary contains none.
      logGroups: [this.report.logGroup, this.sweep.logGroup],
    });
  }

  #createNetwork(props: AutosysBridgeProps): { readonly network?: BridgeNetwork } {
    const { config, vpc, vpcSubnets, securityGroups, autosysCidrs, vpcEndpoints } = props;
    if (vpc === undefined) return {};
    const network = new BridgeNetwork(this, ids.network, {
      vpc,
      autosysEndpoints: config.instances.flatMap(({ endpoints }) => endpoints),
      ...(vpcSubnets && { vpcSubnets }),
      ...(securityGroups && { securityGroups }),
      ...(autosysCidrs && { autosysCidrs }),
      ...(vpcEndpoints !== undefined && { vpcEndpoints }),
      assumesSourceRoles:
        config.accounts.some((account) => account !== toStackLocation(this).account) ||
        answersOtherAccounts(this, config.requests),
      readsLogs: config.targets.length > 0,
      writesPages: config.night !== undefined,
    });
    return { network };
  }
}

function toBusName({ busName = 'AutosysBridge' }: AutosysBridgeProps): string {
  return busName;
}

function hasBus({ otherAccounts = [], organizationId }: AutosysBridgeProps): boolean {
  return otherAccounts.length > 0 || organizationId !== undefined;
}
