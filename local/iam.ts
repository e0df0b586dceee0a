import { escapeXml, QueryRefusal, QueryServer, readFormList } from './query-server.ts';
import { evaluateRequest, type PolicyStatement, readPolicy } from './rest/policy.ts';

/** IAM on loopback, with the roles that a test declares. */
export interface LocalIam extends AsyncDisposable {
  /** The server of the protocol: its address, calls and faults. */
  readonly server: QueryServer;
  /**
   * Declares a role by its ARN, with the identity-based policy that it has.
   *
   * @throws {PolicyError} for a policy that IAM refuses, or one that is not emulated
   */
  putRole(arn: string, policy: unknown): void;
}

/**
 * Starts SimulatePrincipalPolicy of IAM. The SDK finds it by AWS_ENDPOINT_URL_IAM.
 *
 * Boundaries, policies of organizations and policies of resources are not emulated, and requests that
 * name any of them are refused.
 */
export async function startLocalIam(): Promise<LocalIam> {
  const roles = new Map<string, readonly PolicyStatement[]>();
  const server = await QueryServer.start({
    name: 'embedded IAM',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    prefix: 'iam',
    operations: { SimulatePrincipalPolicy: (form) => simulate(roles, form) },
  });
  return {
    server,
    putRole: (arn, policy) => void roles.set(arn, readPolicy(policy, 'identity')),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Members of the API model that are not emulated. */
const notEmulated = ['ResourcePolicy', 'ResourceOwner', 'CallerArn', 'Marker', 'MaxItems'];

function simulate(
  roles: ReadonlyMap<string, readonly PolicyStatement[]>,
  form: URLSearchParams,
): string {
  const source = form.get('PolicySourceArn') ?? '';
  const actions = readFormList(form, 'ActionNames');
  // API model: PolicySourceArn 20 to 2,048 characters; ActionNames required, each `service:action`.
  if (source.length < 20) throw new QueryRefusal('ValidationError', 'PolicySourceArn is too short');
  if (actions.length === 0 || !actions.every((one) => /^[\w-]+:[\w*]+$/.test(one))) {
    throw new QueryRefusal('InvalidInput', `ActionNames: found ${actions.join(', ') || 'none'}`);
  }
  const beyond = notEmulated.find((name) => form.has(name));
  if (beyond) throw new QueryRefusal('InvalidInput', `${beyond} is not emulated`, 501);
  const statements = roles.get(source);
  if (!statements) {
    throw new QueryRefusal('NoSuchEntity', `The entity ${source} cannot be found.`, 404);
  }
  const resources = readFormList(form, 'ResourceArns');
  const keys = readContext(form);
  const results = actions.flatMap((action) =>
    (resources.length > 0 ? resources : ['*']).map((resource) => {
      const decision = decisions[evaluateRequest(statements, { action, resource, keys })];
      return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${escapeXml(resource)}</EvalResourceName><EvalDecision>${decision}</EvalDecision></member>`;
    }),
  );
  return `<IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults>`;
}

const decisions = { allow: 'allowed', deny: 'explicitDeny', none: 'implicitDeny' } as const;

/** Condition keys are compared without case, as in IAM. */
function readContext(form: URLSearchParams): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (let at = 1; ; at += 1) {
    const entry = `ContextEntries.member.${at}`;
    const name = form.get(`${entry}.ContextKeyName`);
    if (name === null) return keys;
    keys.set(name.toLowerCase(), form.get(`${entry}.ContextKeyValues.member.1`) ?? '');
  }
}
