import { Annotations, Duration } from 'aws-cdk-lib';
import { Alias, CfnResourcePolicy, type IVersion } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { didYouMean } from '../../autosys/suggest.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import { ids } from '../names.ts';
import type { WatchedRequests } from '../watched.ts';
import { type LambdaPolicy, toAliasPolicy, toClosedPolicy } from './alias-policy.ts';
import { AutosysRequests } from './autosys-requests.ts';
import { RequestFunction, type RequestFunctionProps, WaitFunction } from './request-functions.ts';
import type { RequestsOptions } from './requests-options.ts';

/** Properties of `BridgeRequests`. */
export interface BridgeRequestsProps extends RequestsOptions {
  /** What all functions of the bridge share. */
  readonly shared: RequestFunctionProps;
  /** Whether the functions of the bridge have reserved concurrency. */
  readonly reserves: boolean;
  /** Whether the launch API passes hints that a job has ended to the wait function. */
  readonly takesHints: boolean;
}

const defaultConcurrency = 10;
/** The next run of the wait function may start before the previous one ends. */
const reservedForWait = 2;
/** Hints that are handled at a time. Further ones are refused; a hint that is lost costs 30 s. */
const reservedForHints = 8;
const defaultRefusedAlarm = 5;
const defaultOverdueAfter = Duration.minutes(5);

/**
 * What AWS processes can ask of AutoSys: the request function with an alias for each entry of
 * `requests:`, and the wait function, which answers those that wait for the end of a job.
 *
 * A function does not see who has invoked it. So each group of callers has its own alias, whose
 * policy denies every other principal.
 */
export class BridgeRequests extends Construct {
  readonly request: RequestFunction;
  readonly wait: WaitFunction;
  /** The alias of each entry, by the name of the entry. */
  readonly aliases: ReadonlyMap<string, Alias>;
  readonly #entries: readonly RequestEntry[];
  readonly #options: RequestsOptions;

  constructor(scope: Construct, id: string, props: BridgeRequestsProps) {
    super(scope, id);
    const { shared, reserves, takesHints, ...options } = props;
    const { reservedConcurrency = defaultConcurrency } = options;
    this.#options = options;
    this.#entries = shared.config.requests;
    this.request = new RequestFunction(this, ids.request, { ...shared, reservedConcurrency });
    this.wait = new WaitFunction(this, ids.wait, {
      ...shared,
      ...(reserves && {
        reservedConcurrency: reservedForWait + (takesHints ? reservedForHints : 0),
      }),
    });
    const { functionArn, currentVersion: version } = this.request.function;
    this.#close(ids.requestPolicy, functionArn);
    this.#close(ids.versionPolicy, version.functionArn);
    this.aliases = new Map(this.#entries.map((entry) => [entry.name, this.#createAlias(entry)]));
    Annotations.of(this).addInfoV2(
      'autosys-bridge:request-concurrency',
      `the request function reserves ${reservedConcurrency} concurrent executions; AWS requires at least 100 unreserved ones in the account`,
    );
  }

  /** The logs of both functions. */
  get logGroups(): readonly ILogGroup[] {
    return [this.request.logGroup, this.wait.logGroup];
  }

  /** What the alarms watch. */
  get watched(): WatchedRequests {
    const { refusedAlarm = defaultRefusedAlarm, overdueAfter = defaultOverdueAfter } =
      this.#options;
    return {
      request: this.request.function,
      wait: this.wait.function,
      refusedAlarm,
      overdueAfter,
    };
  }

  /**
   * The states that ask AutoSys as the callers of an entry do.
   *
   * @param name of the entry. Not needed if there is one
   * @throws {Error} for an unknown entry
   */
  of(name?: string): AutosysRequests {
    const names = this.#entries.map((entry) => entry.name);
    const [only, ...others] = this.#entries;
    const entry =
      name === undefined && others.length === 0
        ? only
        : this.#entries.find((one) => one.name === name);
    const alias = entry && this.aliases.get(entry.name);
    if (entry && alias) return new AutosysRequests(alias.functionArn, entry);
    const hint = name === undefined ? '' : didYouMean(name, names);
    throw new Error(
      `entry: found ${name ?? 'none'}, allowed: one of ${names.join(', ')}, the entries of requests in the route file${hint}`,
    );
  }

  #createAlias(entry: RequestEntry): Alias {
    const { name } = entry;
    const alias = new Alias(this, `Alias-${name}`, {
      aliasName: name,
      // The class of the CDK does not match its own interface with `exactOptionalPropertyTypes`.
      version: this.request.function.currentVersion as IVersion,
      description: `Requests of ${name}`,
    });
    this.#setPolicy(`Policy-${name}`, alias.functionArn, toAliasPolicy(entry, alias.functionArn));
    return alias;
  }

  #close(id: string, arn: string): void {
    this.#setPolicy(id, arn, toClosedPolicy(arn));
  }

  /** The policy replaces each statement that `AWS::Lambda::Permission` would add. */
  #setPolicy(id: string, resourceArn: string, policyDocument: LambdaPolicy): void {
    new CfnResourcePolicy(this, id, { resourceArn, policyDocument });
  }
}
