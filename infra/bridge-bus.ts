import { EventBus } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { sources } from '../lambda/contract.ts';

export interface BridgeBusProps {
  /** Unique in an account and Region. */
  readonly name: string;
  /** Twelve digits each: who may send here. */
  readonly accounts: readonly string[];
}

/**
 * Where other accounts and Regions hand in what Step Functions and AWS Batch announced there.
 *
 * Only what AWS's own services have said is taken: nobody can put an event under their names (AWS documentation, PutEvents).
 */
export class BridgeBus extends EventBus {
  constructor(scope: Construct, id: string, { name, accounts }: BridgeBusProps) {
    super(scope, id, {
      eventBusName: name,
      description: 'AutoSys bridge: other accounts and Regions',
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NamedAccountsForwardWhatAwsAnnounced',
        effect: Effect.ALLOW,
        principals: accounts.map((account) => new AccountPrincipal(account)),
        actions: ['events:PutEvents'],
        resources: [this.eventBusArn],
        conditions: {
          StringEquals: {
            'events:source': Object.values(sources).map(({ source }) => source),
          },
        },
      }),
    );
  }
}
