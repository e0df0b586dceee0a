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
  /** Name of the bus, unique in an account and Region. */
  readonly name: string;
  /** Accounts of twelve digits that can put events on the bus. @default - no individual accounts */
  readonly accounts?: readonly string[];
  /**
   * AWS organization whose accounts can put events on the bus, such as `o-a1b2c3d4e5`.
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
 * It accepts events of Step Functions and AWS Batch only. Customers cannot send such events:
 * PutEvents rejects the source names of AWS services (AWS documentation). The functions discard
 * events of accounts that the route file does not allow.
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
 * (IAM user guide). `ForAllValues` is also true if the key is missing; `Null` excludes that.
 */
const ofAwsServices = {
  'ForAllValues:StringEquals': {
    'events:source': Object.values(sources).map(({ source }) => source),
  },
  Null: { 'events:source': 'false' },
} as const;

/** @throws {Error} if the policy exceeds the size limit of EventBridge */
function checkPolicySize(
  { name, accounts = [], organizationId }: BridgeBusProps,
  stack: Stack,
): void {
  // Values that are unknown at synth count with their longest possible text.
  const known = (text: string, otherwise: string) => (Token.isUnresolved(text) ? otherwise : text);
  const partition = known(stack.partition, longest.partition);
  const region = known(stack.region, longest.region);
  const statement = (sid: string, principal: unknown, condition: object) => ({
    // The CDK adds the prefix `cdk-`.
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
    `otherAccounts: found ${accounts.length} accounts, which make a bus policy of ${bytes} bytes, allowed: ${maxBusPolicyBytes} bytes; use organizationId instead, and list the accounts in the route file only`,
  );
}
