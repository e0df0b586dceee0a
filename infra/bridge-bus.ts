import { Stack, Token } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal,
  Effect,
  OrganizationPrincipal,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { sources } from '../lambda/contract.ts';
import { longest } from '../route-file/rules/bus.ts';

export interface BridgeBusProps {
  /** Unique in an account and Region. */
  readonly name: string;
  /**
   * The accounts that may put events on the bus, twelve digits each.
   *
   * @default - none by its name
   */
  readonly accounts?: readonly string[];
  /**
   * The AWS organization whose accounts may put events on the bus, such as `o-a1b2c3d4e5`.
   *
   * @default - none
   */
  readonly organizationId?: string;
}

/**
 * The policy of an event bus has at most 10,240 bytes (EventBridge user guide, "Amazon EventBridge
 * quotas").
 */
const maxBusPolicyBytes = 10_240;

/**
 * The event bus for other accounts and Regions.
 *
 * It takes events of Step Functions and AWS Batch only: PutEvents refuses the names of AWS services
 * to customers (AWS documentation). Which accounts are acted on is the route file's matter; the
 * functions discard the events of all others.
 */
export class BridgeBus extends EventBus {
  constructor(scope: Construct, id: string, props: BridgeBusProps) {
    checkPolicySize(props, Stack.of(scope));
    const { name, accounts = [], organizationId } = props;
    super(scope, id, {
      eventBusName: name,
      description: 'AutoSys bridge: other accounts and Regions',
    });
    if (accounts.length > 0) {
      this.#admit(
        sids.accounts,
        accounts.map((account) => new AccountPrincipal(account)),
      );
    }
    if (organizationId !== undefined) {
      this.#admit(sids.organization, [new OrganizationPrincipal(organizationId)]);
    }
  }

  #admit(sid: string, principals: (AccountPrincipal | OrganizationPrincipal)[]): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.ALLOW,
        principals,
        actions: ['events:PutEvents'],
        resources: [this.eventBusArn],
        conditions: ofAwsServices,
      }),
    );
  }
}

const sids = {
  accounts: 'NamedAccountsForwardWhatAwsAnnounced',
  organization: 'OrganizationForwardsAwsEvents',
} as const;

/**
 * `events:source` has several values in a request with several events, so it needs a set operator
 * (IAM user guide). `ForAllValues` is also true where the key is missing; `Null` refuses that.
 */
const ofAwsServices = {
  'ForAllValues:StringEquals': {
    'events:source': Object.values(sources).map(({ source }) => source),
  },
  Null: { 'events:source': 'false' },
} as const;

/** @throws {Error} where EventBridge would refuse the policy */
function checkPolicySize(
  { name, accounts = [], organizationId }: BridgeBusProps,
  stack: Stack,
): void {
  // What is not known at synth is counted with the longest name that AWS has for it.
  const known = (text: string, otherwise: string) => (Token.isUnresolved(text) ? otherwise : text);
  const partition = known(stack.partition, longest.partition);
  const region = known(stack.region, longest.region);
  const statement = (sid: string, principal: unknown, condition: object) => ({
    // The CDK puts `cdk-` in front.
    Sid: `cdk-${sid}`,
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'events:PutEvents',
    Resource: `arn:${partition}:events:${region}:${longest.account}:event-bus/${name}`,
    Condition: { ...ofAwsServices, ...condition },
  });
  const arns = accounts.map(
    (account) => `arn:${partition}:iam::${known(account, longest.account)}:root`,
  );
  const organization = { StringEquals: { 'aws:PrincipalOrgID': organizationId } };
  const policy = {
    Version: '2012-10-17',
    Statement: [
      ...(accounts.length > 0 ? [statement(sids.accounts, arns, {})] : []),
      ...(organizationId === undefined ? [] : [statement(sids.organization, '*', organization)]),
    ],
  };
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  if (bytes <= maxBusPolicyBytes) return;
  throw new Error(
    `otherAccounts: found ${accounts.length} accounts, which make a bus policy of ${bytes} bytes, allowed: ${maxBusPolicyBytes} bytes; give organizationId instead, and name the accounts in the route file only`,
  );
}
