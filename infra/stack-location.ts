import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { StackLocation } from './placement.ts';

/** Where the stack of a construct goes; what AWS fills in at the deployment is left out. */
export function toStackLocation(scope: IConstruct): StackLocation {
  const { account, region } = Stack.of(scope);
  return {
    ...(!Token.isUnresolved(account) && { account }),
    ...(!Token.isUnresolved(region) && { region }),
  };
}
