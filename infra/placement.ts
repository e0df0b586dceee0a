import { type Location, readArn, toPartition } from '../lambda/routing/partition.ts';
import type { BridgeConfig } from '../lambda/routing/routes.ts';

/** Where a stack is to stand, as far as that is known before it is deployed. */
export interface StackLocation {
  /** Twelve digits. */
  readonly account?: string;
  readonly region?: string;
}

/**
 * A place that a route file names: of a secret that the functions read, or of what a route hears.
 */
export interface NamedLocation extends Location {
  readonly use: 'secret' | 'from';
  /** The ARN or Region as the file has it. */
  readonly text: string;
}

/**
 * Why a stack in this place could never hear or read what the file names: it lies in another
 * partition.
 */
export function sayOtherPartition({ text, partition }: NamedLocation, { region }: StackLocation) {
  const own = region === undefined ? partition : toPartition(region);
  return partition === own
    ? undefined
    : `found ${text}, in the partition ${partition}, yet the stack goes to ${region}, which is in ${own}; nothing crosses over, so deploy it to a Region of ${partition}, or mend the route file`;
}

/**
 * Why the functions in this place could not read a secret: they ask Secrets Manager of their own
 * Region.
 */
export function sayOtherRegion({ use, text, region }: NamedLocation, place: StackLocation) {
  return use === 'from' || [undefined, place.region].includes(region) || place.region === undefined
    ? undefined
    : `found ${text}, a secret in ${region}, yet the functions read secrets in ${place.region}, where the stack goes; replicate it there, and name it by its name`;
}

/**
 * Holds a compiled route file against the place of its stack.
 *
 * @throws {Error} with every fault at once, by instance and route
 */
export function checkLocation(config: BridgeConfig, place: StackLocation): void {
  const faults = findNamed(config).flatMap(({ of, ...named }) => {
    const fault = sayOtherPartition(named, place) ?? sayOtherRegion(named, place);
    return fault === undefined ? [] : [`${of}: ${fault}`];
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** A key or topic that a stack is to use instead of a new one of its own. */
export interface Given {
  /** What it was given as. */
  readonly name: string;
  readonly arn: string;
  /** @default - it is known at the deployment only */
  readonly region?: string;
  /**
   * What to do about one of another Region.
   *
   * @default - name one of the Region, or none, and one is made
   */
  readonly advice?: string;
}

/** For the key of a secret: a secret and its replicas have each a key of their own Region. */
export const secretKeyAdvice =
  'name the key of the secret in that Region, as the functions read secrets there';

/**
 * Why a stack in this place cannot use a key or topic: AWS takes those of the Region itself alone.
 */
export function sayElsewhere(given: Given, place: StackLocation): string | undefined {
  const {
    name,
    arn,
    region,
    advice = 'name one of there, or leave it out, and one is made',
  } = given;
  return region === undefined || place.region === undefined || region === place.region
    ? undefined
    : `${name}: found ${arn} in ${region}, allowed: one in ${place.region}, where the stack goes; ${advice}`;
}

/** @throws {Error} with each of the given that lies elsewhere */
export function checkGiven(given: readonly Given[], place: StackLocation): void {
  const faults = given.flatMap((one) => sayElsewhere(one, place) ?? []);
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function findNamed({
  instances,
  routes,
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
  ];
}

/**
 * Refuses accounts that may hand in and would not be heard: the functions refuse what the route
 * file does not name.
 *
 * @throws {Error} with all of them
 */
export function checkOtherAccounts(
  { accounts }: BridgeConfig,
  otherAccounts: readonly string[],
  place: StackLocation,
): void {
  const unnamed = otherAccounts.filter(
    (account) => !accounts.includes(account) && account !== place.account,
  );
  if (unnamed.length === 0) return;
  const list = unnamed.map((account) => `"${account}"`).join(', ');
  throw new Error(
    `otherAccounts: found ${unnamed.join(', ')}, which the route file does not name, so the bridge would refuse what they announce; name them there, as in accounts: [${list}], or leave them out`,
  );
}

/**
 * The accounts that the route file names and that cannot be heard: neither the bridge's own nor let
 * in. Of a bridge whose account is not known one of them may be its own.
 */
export function findUnmatchedAccounts(
  { accounts }: BridgeConfig,
  otherAccounts: readonly string[],
  { account }: StackLocation,
): readonly string[] {
  const unheard = accounts.filter((one) => one !== account && !otherAccounts.includes(one));
  return account === undefined && unheard.length === 1 ? [] : unheard;
}

/**
 * Why nothing that a source in this place forwards would reach AutoSys, or everything without it.
 */
export function sayIdleSource({ accounts }: BridgeConfig, busArn: string, place: StackLocation) {
  const bus = readArn(busArn);
  const { account, region } = place;
  if (bus === undefined || account === undefined || region === undefined) return undefined;
  const own = toPartition(region);
  if (own !== bus.partition) {
    return `found ${busArn}, in the partition ${bus.partition}, yet the source goes to ${region}, which is in ${own}; AWS hands no events from one partition to another`;
  }
  if (account === bus.account && region === bus.region) {
    return `found ${busArn}, in the account and Region of this source itself, which the bridge hears without one`;
  }
  if (account !== bus.account && !accounts.includes(account)) {
    return `found ${busArn}, where account ${account} is refused, as the route file does not name it; name it there, as in accounts: ["${account}"], deploy the bridge with it in otherAccounts, then this source`;
  }
  return undefined;
}
