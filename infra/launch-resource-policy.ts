import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LaunchApiOptions } from './launch-api-props.ts';

/**
 * The resource policy of the launch API: it denies what comes from elsewhere, and allows the rest.
 *
 * With endpoints and networks, a request must satisfy both: each list has its own Deny. API Gateway
 * evaluates the denials before it asks the authorizer (developer guide, "How API Gateway resource
 * policies affect authorization workflow"). A private API sees `aws:SourceVpce` and
 * `aws:VpcSourceIp`, never `aws:SourceIp` ("AWS condition keys that can be used in API Gateway
 * resource policies"). A denial with `Not…` also applies to a request without the key.
 */
export function toResourcePolicy({
  vpcEndpointIds = [],
  sourceNetworks = [],
  access = 'private',
}: LaunchApiOptions): PolicyDocument {
  // API Gateway completes the ARN with the API's own Region, account and id.
  const resources = ['execute-api:/*'];
  const base = { actions: ['execute-api:Invoke'], principals: [new AnyPrincipal()], resources };
  const addressKey = access === 'private' ? 'aws:VpcSourceIp' : 'aws:SourceIp';
  const deny = (conditions: Readonly<Record<string, unknown>>) =>
    new PolicyStatement({ ...base, effect: Effect.DENY, conditions });
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...base, effect: Effect.ALLOW }),
      ...(vpcEndpointIds.length > 0
        ? [deny({ StringNotEquals: { 'aws:SourceVpce': [...vpcEndpointIds] } })]
        : []),
      ...(sourceNetworks.length > 0
        ? [deny({ NotIpAddress: { [addressKey]: [...sourceNetworks] } })]
        : []),
    ],
  });
}
