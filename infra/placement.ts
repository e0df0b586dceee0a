import { toGroupRoutes } from '../lambda/routing/groups.ts';
import { toSelectors } from '../lambda/routing/origin.ts';
import { type Location, readArn, toPartition } from '../lambda/routing/partition.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';

/** Account and Region of a stack. Absent: known at deployment only. */
export interface StackLocation {
  /** Twelve digits. */
  readonly account?: string;
  readonly region?: string;
}

/**
 * A location that a route file names: of a secret that the functions read, of workloads that a
 * route matches, of a launch target, of a caller of requests, or of a reader of pages.
 */
export interface NamedLocation extends Location {
  readonly use: 'secret' | 'from' | 'target' | 'caller' | 'reader';
  /** The ARN or Region as written in the file. */
  readonly text: string;
}

/** Describes a location in another partition, which a stack in this Region cannot use. */
export function describeForeignPartition(
  { text, partition }: NamedLocation,
  { region }: StackLocation,
) {
  const own = region === undefined ? partition : toPartition(region);
  return partition === own
    ? undefined
    : `found ${text}, in the partition ${partition}, but the stack is in ${region}, which is in ${own}; AWS connects no partitions, so deploy the stack to a Region of ${partition}, or correct the route file`;
}

/**
 * Describes a secret in another Region, which the functions cannot read: they use Secrets Manager
 * of their own Region.
 */
export function describeForeignSecret(
  { use, text, region }: NamedLocation,
  location: StackLocation,
) {
  return use !== 'secret' ||
    [undefined, location.region].includes(region) ||
    location.region === undefined
    ? undefined
    : `found ${text}, a secret in ${region}, but the functions read secrets in ${location.region}, the Region of the stack; replicate the secret to that Region, and use its name`;
}

/**
 * Describes a launch target in another account or Region, where the bridge cannot start anything.
 */
export function describeForeignTarget(
  { use, text, account, region }: NamedLocation,
  location: StackLocation,
) {
  const isElsewhere = (named: string | undefined, own: string | undefined) =>
    named !== undefined && own !== undefined && named !== own;
  const found = [
    ...(isElsewhere(account, location.account) ? [`account ${account}`] : []),
    ...(isElsewhere(region, location.region) ? [`Region ${region}`] : []),
  ];
  if (use !== 'target' || found.length === 0) return undefined;
  const own = [
    ...(location.account === undefined ? [] : [`account ${location.account}`]),
    ...(location.region === undefined ? [] : [`Region ${location.region}`]),
  ];
  return `found ${text}, a target in ${found.join(' and ')}, but the stack is in ${own.join(' and ')}; allowed: targets in the account and Region of the bridge only, so deploy a bridge there, or correct the ARN`;
}

/**
 * Describes a state machine in another Region that may not ask for anything: a state cannot use a
 * resource in another Region (Step Functions developer guide, documented). A role has no Region.
 */
export function describeForeignCaller(
  { use, text, region }: NamedLocation,
  location: StackLocation,
): string | undefined {
  if (use !== 'caller' || region === undefined) return undefined;
  return location.region === undefined || location.region === region
    ? undefined
    : `found ${text}, a caller in ${region}, but the stack is in ${location.region}; Step Functions invokes no function in another Region, so deploy a bridge there, or correct the ARN`;
}

/**
 * Compares a compiled route file with the location of its stack.
 *
 * @throws {Error} lists every fault by instance, route, target, caller and entry of requests
 */
export function checkLocation(config: BridgeConfig, location: StackLocation): void {
  const faults = findNamed(config).flatMap(({ of, ...named }) => {
    const fault =
      describeForeignPartition(named, location) ??
      describeForeignSecret(named, location) ??
      describeForeignTarget(named, location) ??
      describeForeignCaller(named, location);
    return fault === undefined ? [] : [`${of}: ${fault}`];
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** An existing key or topic that a stack uses instead of a new one. */
export interface GivenResource {
  /** Name of the prop or setting. */
  readonly name: string;
  readonly arn: string;
  /** Region of the resource. @default - known at deployment only */
  readonly region?: string;
  /**
   * What to do about a resource in another Region.
   *
   * @default - use one in the Region, or none to create a new one
   */
  readonly advice?: string;
}

/**
 * Advice for the key of a secret: a secret and each of its replicas have a key in their own Region.
 */
export const secretKeyAdvice =
  'use the key of the secret in that Region, because the functions read secrets there';

/** Describes a key or topic in another Region, which AWS does not accept. */
export function describeOtherRegion(
  given: GivenResource,
  location: StackLocation,
): string | undefined {
  const {
    name,
    arn,
    region,
    advice = 'use one in that Region, or remove the setting to create a new one',
  } = given;
  return region === undefined || location.region === undefined || region === location.region
    ? undefined
    : `${name}: found ${arn} in ${region}, allowed: one in ${location.region}, the Region of the stack; ${advice}`;
}

/** @throws {Error} lists every resource in another Region */
export function checkGiven(given: readonly GivenResource[], location: StackLocation): void {
  const faults = given.flatMap((one) => describeOtherRegion(one, location) ?? []);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function findNamed({
  instances,
  routes,
  groups = [],
  targets,
  callers,
  requests,
  night,
}: BridgeConfig): readonly (NamedLocation & { of: string })[] {
  const ofArn = (of: string, use: NamedLocation['use'], text: string) => {
    const location = readArn(text);
    return location ? [{ of, use, text, ...location }] : [];
  };
  return [
    ...instances.flatMap(({ name, secret, authoritySecret }) =>
      [secret, authoritySecret?.secret ?? ''].flatMap((text) =>
        ofArn(`instance ${name}`, 'secret', text),
      ),
    ),
    ...routes.flatMap(({ name, from }) => {
      const of = `route ${name}`;
      const selectors =
        from.kind === 'execution' ? [from.stateMachine] : [from.jobQueue, from.jobDefinition];
      return [
        ...selectors.flatMap((selector) => ofArn(of, 'from', selector?.text ?? '')),
        ...(from.regions ?? []).map((region) => {
          return { of, use: 'from' as const, text: region, region, partition: toPartition(region) };
        }),
      ];
    }),
    ...toGroupRoutes(groups).flatMap(({ group, from }) =>
      (from.regions ?? []).map((region) => ({
        ...{ of: `group ${group.name}`, use: 'from' as const, text: region, region },
        partition: toPartition(region),
      })),
    ),
    ...targets.flatMap(({ name, from }) =>
      toSelectors(from).flatMap(([, { text }]) => ofArn(`target ${name}`, 'target', text)),
    ),
    ...callers.flatMap(({ name, secret }) => ofArn(`caller ${name}`, 'secret', secret)),
    ...requests.flatMap(({ name, roles, stateMachines }) =>
      [...stateMachines, ...roles].flatMap((arn) => ofArn(`requests ${name}`, 'caller', arn)),
    ),
    ...(night?.readers ?? []).flatMap((arn) => ofArn('night', 'reader', arn)),
  ];
}

/**
 * Rejects accounts in `otherAccounts` that the route file does not name: the functions would
 * discard their events.
 *
 * @throws {Error} lists all of them
 */
export function checkOtherAccounts(
  { accounts }: BridgeConfig,
  otherAccounts: readonly string[],
  location: StackLocation,
): void {
  const unnamed = otherAccounts.filter(
    (account) => !accounts.includes(account) && account !== location.account,
  );
  if (unnamed.length === 0) return;
  const list = unnamed.map((account) => `"${account}"`).join(', ');
  throw new Error(
    `otherAccounts: found ${unnamed.join(', ')}, which the route file does not name, so the bridge would discard their events; add them there, as in accounts: [${list}], or remove them here`,
  );
}

/**
 * Returns accounts of the route file whose events cannot reach the bridge: neither the account of
 * the bridge nor in `otherAccounts`. If the account of the bridge is unknown, one of them may be
 * that account.
 */
export function findUnmatchedAccounts(
  { accounts }: BridgeConfig,
  otherAccounts: readonly string[],
  { account }: StackLocation,
): readonly string[] {
  const unmatched = accounts.filter((one) => one !== account && !otherAccounts.includes(one));
  return account === undefined && unmatched.length === 1 ? [] : unmatched;
}

/**
 * Describes why a source in this location has no effect: the bridge would discard its events, or
 * receives them without a source.
 */
export function describeIdleSource(
  { accounts }: BridgeConfig,
  busArn: string,
  location: StackLocation,
) {
  const bus = readArn(busArn);
  const { account, region } = location;
  if (bus === undefined || account === undefined || region === undefined) return undefined;
  const own = toPartition(region);
  if (own !== bus.partition) {
    return `found ${busArn}, in the partition ${bus.partition}, but the source is in ${region}, which is in ${own}; AWS delivers no events between partitions`;
  }
  if (account === bus.account && region === bus.region) {
    return `found ${busArn}, in the same account and Region as this source; the bridge receives events from there without a source`;
  }
  if (account !== bus.account && !accounts.includes(account)) {
    return `found ${busArn}, but the route file does not name account ${account}, so the bridge would discard its events; add it there, as in accounts: ["${account}"], deploy the bridge with it in otherAccounts, then deploy this source`;
  }
  return undefined;
}
