import type { RequestEntry } from '../../lambda/routing/requests.ts';

/**
 * Maximum size of the policy of a function, version or alias: 20 KB, which cannot be raised (AWS
 * Lambda quotas, documented).
 */
const maxPolicyBytes = 20_480;
/** Longest ARN of an alias to which a policy can be added (PutResourcePolicy, documented). */
const longestArn = 256;

/** A policy document as AWS has it. */
export interface LambdaPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

const invoke = 'lambda:InvokeFunction';

/**
 * Policy of the alias of an entry: its roles may invoke it, and no other principal.
 *
 * The `Deny` is what protects it: in the account of the bridge, a policy of an identity alone would
 * allow an invocation. Each point is documented (IAM user guide) unless it says otherwise:
 *
 * - `aws:PrincipalArn` of an assumed role is the ARN of the role with its path, not of the session.
 * - `StringNotEquals` compares exactly. `ArnNotEquals` would read `*` and `?` as wildcards.
 * - With several values, `StringNotEquals` is true if none of them is equal.
 * - It is also true if the key is absent. So a call without a signature is denied. A service
 *   principal, such as `events.amazonaws.com`, has no `aws:PrincipalArn`, so it is denied as well
 *   (inferred: the key is in requests of IAM principals).
 * - The principal `*` in a `Deny` includes other accounts, the root user and services.
 *
 * The `Allow` names the accounts of the roles and compares the roles by `aws:PrincipalArn`. A role
 * that is named as principal must exist when the policy is written (inferred for Lambda, documented
 * for trust policies). Then a role that its team has deleted would stop each deployment of the
 * bridge. A principal that is an account delegates: the role also needs a policy of its own.
 *
 * @param aliasArn ARN of the alias; may be a token
 */
export function toAliasPolicy(
  { roles }: Pick<RequestEntry, 'roles'>,
  aliasArn: string,
): LambdaPolicy {
  const distinct = [...new Set(roles)];
  const condition = (operator: string) => ({ [operator]: { 'aws:PrincipalArn': distinct } });
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AllowCallers',
        Effect: 'Allow',
        Principal: { AWS: [...new Set(distinct.map(toAccountArn))] },
        Action: invoke,
        Resource: aliasArn,
        Condition: condition('StringEquals'),
      },
      {
        Sid: 'DenyOthers',
        Effect: 'Deny',
        Principal: '*',
        Action: invoke,
        Resource: aliasArn,
        Condition: condition('StringNotEquals'),
      },
    ],
  };
}

/**
 * Policy of the function without a qualifier, and of its version: no principal may invoke them.
 *
 * A policy applies to exactly one ARN, so this one does not affect the aliases (Lambda developer
 * guide, documented).
 */
export function toClosedPolicy(arn: string): LambdaPolicy {
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'DenyAll', Effect: 'Deny', Principal: '*', Action: invoke, Resource: arn }],
  };
}

/** Describes a policy that is larger than Lambda accepts. `undefined` if it is not. */
export function describeLargePolicy({ name, roles }: RequestEntry): string | undefined {
  const policy = toAliasPolicy({ roles }, 'x'.repeat(longestArn));
  const bytes = Buffer.byteLength(JSON.stringify(policy));
  return bytes <= maxPolicyBytes
    ? undefined
    : `requests.${name}: found ${roles.length} roles, whose policy has ${bytes} bytes, allowed: ${maxPolicyBytes}, the quota of Lambda for an alias; split the callers into several entries`;
}

/** ARN of the account of a role, as principal of a policy. */
function toAccountArn(roleArn: string): string {
  const [, partition = 'aws', , , account = ''] = roleArn.split(':');
  return `arn:${partition}:iam::${account}:root`;
}
