import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { StackLocation } from './placement.ts';

/**
 * Account and Region of the stack of a construct. Values that are known at deployment only are
 * omitted.
 */
export function toStackLocation(scope: IConstruct): StackLocation {
  const { account, region } = Stack.of(scope);
  return {
    ...(!Token.isUnresolved(account) && { account }),
    ...(!Token.isUnresolved(region) && { region }),
  };
}
