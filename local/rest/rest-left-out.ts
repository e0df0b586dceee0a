import type { AssemblyStack } from '../assembly.ts';
import type { Wiring } from '../wiring.ts';

/** Types that change what a REST API answers, or at which name, and that are not emulated. */
const types: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::BasePathMapping',
  'AWS::ApiGateway::BasePathMappingV2',
  'AWS::ApiGateway::DomainName',
  'AWS::ApiGateway::DomainNameV2',
  'AWS::ApiGateway::UsagePlan',
  'AWS::WAFv2::WebACLAssociation',
]);

/** The resources of a stack that have an effect on a REST API and are not emulated. */
export function findRestLeftOut(stack: AssemblyStack): Wiring['leftOut'] {
  return Object.entries(stack.resources).flatMap(([logicalId, { type }]) =>
    types.has(type)
      ? [{ id: `${stack.name}/${logicalId}`, reason: `REST APIs are emulated without ${type}` }]
      : [],
  );
}
