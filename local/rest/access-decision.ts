import type { AuthorizerAnswer } from './authorizer-answer.ts';
import type { ConditionKeys } from './condition.ts';
import { type GatewayFailure, gatewayFailure } from './failure.ts';
import { evaluatePolicy, type PolicyDecision } from './policy.ts';
import { methodArnOf, type RestCall } from './rest-call.ts';
import { lastHeader } from './rest-request.ts';

/**
 * What the resource policy of an API says about a request; `none` without a policy.
 *
 * A private API knows `aws:SourceVpce`, `aws:SourceVpc` and `aws:VpcSourceIp` and never
 * `aws:SourceIp`; any other API the reverse.
 */
export function decideByResourcePolicy(call: RestCall): PolicyDecision {
  const { policy } = call.place.api;
  return policy ? evaluatePolicy(policy, methodArnOf(call), toConditionKeys(call)) : 'none';
}

/** The failure for a request that the resource policy denies explicitly. */
export function refuseExplicitly(call: RestCall): GatewayFailure {
  return refuseByResourcePolicy(call, 'with an explicit deny in a resource-based policy');
}

/**
 * The failure of a method without an authorizer: a resource policy, if there is one, has to allow
 * the request (developer guide, "How API Gateway resource policies affect authorization workflow").
 */
export function checkAnonymous(
  call: RestCall,
  decision: PolicyDecision,
): GatewayFailure | undefined {
  if (!call.place.api.policy || decision === 'allow') return undefined;
  return refuseByResourcePolicy(
    call,
    'because no resource-based policy allows the execute-api:Invoke action',
  );
}

/**
 * The failure of a method with an authorizer: one of both policies has to allow the request, and
 * none may deny it (the same section, table A).
 */
export function checkAuthorized(
  call: RestCall,
  { statements }: AuthorizerAnswer,
  decision: PolicyDecision,
): GatewayFailure | undefined {
  const own = evaluatePolicy(statements, methodArnOf(call), toConditionKeys(call));
  const refused = 'User is not authorized to access this resource';
  if (own === 'deny') {
    const message = `${refused} with an explicit deny in an identity-based policy`;
    return gatewayFailure('accessDenied', message);
  }
  if (own === 'allow' || decision === 'allow') return undefined;
  const message = `${refused} because no identity-based policy allows the execute-api:Invoke action`;
  return gatewayFailure('accessDenied', message);
}

function refuseByResourcePolicy(call: RestCall, reason: string): GatewayFailure {
  const { account } = call.place;
  // API Gateway masks all but the last four digits of the account.
  const resource = methodArnOf(call).replace(`:${account}:`, `:********${account.slice(-4)}:`);
  const who = 'User: anonymous is not authorized to perform: execute-api:Invoke';
  return gatewayFailure('accessDenied', `${who} on resource: ${resource} ${reason}`);
}

function toConditionKeys({ place, request }: RestCall): ConditionKeys {
  const { sourceIp, vpcId, vpceId, vpcSourceIp } = place.network;
  const isPrivate = place.api.endpointType === 'PRIVATE';
  const [userAgent, referer] = ['user-agent', 'referer'].map((name) =>
    lastHeader(request.headers, name),
  );
  const keys: Readonly<Record<string, string | undefined>> = {
    'aws:securetransport': 'true',
    'aws:useragent': userAgent,
    'aws:referer': referer,
    ...(isPrivate
      ? { 'aws:sourcevpc': vpcId, 'aws:sourcevpce': vpceId, 'aws:vpcsourceip': vpcSourceIp }
      : { 'aws:sourceip': sourceIp }),
  };
  return new Map(
    Object.entries(keys).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value] as const],
    ),
  );
}
