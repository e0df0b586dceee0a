import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Place } from './placement.ts';

/** Where the stack of a construct goes; what AWS fills in at the deployment is left out. */
export function toPlace(scope: IConstruct): Place {
  const { account, region } = Stack.of(scope);
  return {
    ...(!Token.isUnresolved(account) && { account }),
    ...(!Token.isUnresolved(region) && { region }),
  };
}
