import { isSatisfied, type PolicyCondition, readConditions } from '../rest/condition.ts';
import { isJsonObject, kindOf, objectAt, TemplateError } from '../template-error.ts';

/** A statement about the invocation of one function, version or alias. */
export interface InvokeStatement {
  readonly effect: 'Allow' | 'Deny';
  /** Account ids, or `*` for every caller, also one without an ARN. */
  readonly principals: readonly string[];
  /** Of `aws:PrincipalArn`. */
  readonly conditions: readonly PolicyCondition[];
}

/** Lambda's limit of a policy, in bytes ("Lambda quotas"). */
const maxBytes = 20_480;
const principalKey = 'aws:principalarn';
const operators = ['StringEquals', 'StringNotEquals'];

/**
 * Reads the `PolicyDocument` of an `AWS::Lambda::ResourcePolicy`.
 *
 * Emulated: `lambda:InvokeFunction` on the resource itself, for `*` or accounts, with conditions on
 * `aws:PrincipalArn`. Nothing else is ignored: it is an error.
 *
 * @param resourceArn ARN that the policy belongs to
 * @throws {TemplateError}
 */
export function readInvokePolicy(
  document: unknown,
  resourceArn: string,
  where: string,
): readonly InvokeStatement[] {
  const { Version, Statement, ...more } = objectAt(document, where);
  refuse(Object.keys(more)[0], where, 'Version and Statement');
  if (Version !== '2012-10-17') {
    throw new TemplateError(`${where}.Version`, { found: String(Version), allowed: '2012-10-17' });
  }
  const bytes = Buffer.byteLength(JSON.stringify(document));
  if (bytes > maxBytes) {
    const allowed = `${maxBytes} bytes, the quota of Lambda`;
    throw new TemplateError(where, { found: `${bytes} bytes`, allowed });
  }
  const statements = [Statement ?? []].flat();
  if (statements.length === 0) {
    throw new TemplateError(`${where}.Statement`, { found: 'none', allowed: 'at least one' });
  }
  return statements.map((one, at) => readStatement(one, resourceArn, `${where}.Statement[${at}]`));
}

function readStatement(value: unknown, resourceArn: string, where: string): InvokeStatement {
  const {
    Sid: _,
    Effect,
    Principal,
    Action,
    Resource,
    Condition,
    ...more
  } = objectAt(value, where);
  refuse(Object.keys(more)[0], where, 'Sid, Effect, Principal, Action, Resource, Condition');
  if (Effect !== 'Allow' && Effect !== 'Deny') {
    throw new TemplateError(`${where}.Effect`, { found: kindOf(Effect), allowed: 'Allow, Deny' });
  }
  requireOnly(Action, 'lambda:InvokeFunction', `${where}.Action`);
  requireOnly(Resource, resourceArn, `${where}.Resource`);
  return {
    effect: Effect,
    principals: readPrincipals(Principal, `${where}.Principal`),
    conditions: readPrincipalConditions(Condition, `${where}.Condition`),
  };
}

function readPrincipals(value: unknown, where: string): readonly string[] {
  const isByType = isJsonObject(value) && Object.keys(value).join() === 'AWS';
  const named = isByType ? [value['AWS']].flat() : [value];
  return named.map((one) => {
    if (one === '*') return '*';
    const account = /^arn:[^:]+:iam::(\d{12}):root$/.exec(String(one))?.[1];
    if (isByType && account !== undefined) return account;
    const found = typeof one === 'string' ? one : kindOf(one);
    throw new TemplateError(where, {
      found,
      allowed: '* or { AWS: ARN of the root of an account }',
    });
  });
}

function readPrincipalConditions(value: unknown, where: string): readonly PolicyCondition[] {
  const fail = (found: string): never => {
    const allowed = `${operators.join(', ')} of aws:PrincipalArn`;
    throw new TemplateError(where, { found, allowed });
  };
  const conditions = readConditions(value, where, fail);
  for (const { operator, ifExists, key, values } of conditions) {
    const name = `${operator}${ifExists ? 'IfExists' : ''}`;
    if (!operators.includes(name) || key !== principalKey) fail(`${name} of ${key}`);
    if (values.length === 0) fail(`${name} without values`);
  }
  return conditions;
}

function requireOnly(found: unknown, allowed: string, where: string): void {
  const [only, ...others] = [found].flat();
  if (only === allowed && others.length === 0) return;
  throw new TemplateError(where, { found: JSON.stringify(found) ?? 'nothing', allowed });
}

function refuse(field: string | undefined, where: string, allowed: string): void {
  if (field !== undefined) throw new TemplateError(where, { found: `the field ${field}`, allowed });
}

/**
 * What a policy says about a caller. An explicit deny takes precedence (IAM user guide, "Policy
 * evaluation logic").
 *
 * @param callerArn `aws:PrincipalArn`; undefined if the request has none
 */
export function decideInvocation(
  statements: readonly InvokeStatement[],
  callerArn: string | undefined,
): 'allow' | 'deny' | 'none' {
  const account = callerArn?.split(':')[4];
  const keys = new Map(callerArn === undefined ? [] : [[principalKey, callerArn] as const]);
  const applying = statements.filter(
    ({ principals, conditions }) =>
      principals.some((one) => one === '*' || one === account) &&
      conditions.every((condition) => isSatisfied(condition, keys)),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}
