import type {
  DirectInvocation,
  DirectInvocationResult,
  Invocable,
  InvokeFunction,
} from '../invocation.ts';
import { limitAnswer, payloadBytes } from '../invocation-limits.ts';
import type { FunctionAccess } from './function-access.ts';
import { decideInvocation } from './invoke-policy.ts';

/** What invocations need. */
export interface InvokeFunctionDeps {
  readonly access: readonly FunctionAccess[];
  /** By id. */
  readonly functions: ReadonlyMap<string, Invocable>;
  readonly account: string;
  readonly region: string;
}

/** A function with the qualifier of an invocation. */
interface Target {
  readonly access: FunctionAccess;
  /** With the qualifier, if there is one. */
  readonly arn: string;
  readonly executedVersion: string;
}

type Refusal = Extract<DirectInvocationResult, { readonly kind: 'refused' }>;

/**
 * Creates the Invoke operation of Lambda: by name or ARN, with a version, an alias or none.
 *
 * Every caller is taken for an administrator of its account: its own policies allow everything. So
 * a caller of the function's account is refused by an explicit deny only, and one of another account
 * needs an allow. A version shares code and execution environments with `$LATEST`; a function learns
 * its qualifier from `context.invokedFunctionArn`.
 *
 * Only these invocations count for the reserved concurrency, not those by queues and schedules.
 */
export function createInvokeFunction(deps: InvokeFunctionDeps): InvokeFunction {
  const running = new Map<string, number>();

  return async function invokeFunction(invocation) {
    const target = findTarget(deps, invocation.functionName);
    if ('kind' in target) return target;
    const { access, arn, executedVersion } = target;
    const { functionId, reservedConcurrency = Number.POSITIVE_INFINITY } = access;
    const invocable = deps.functions.get(functionId);
    if (invocable === undefined) return refuseUnknown(arn);
    const refusal = refuseCaller(deps, target, invocation.callerArn) ?? refusePayload(invocation);
    if (refusal !== undefined) return refusal;
    const before = running.get(functionId) ?? 0;
    if (before >= reservedConcurrency) {
      return refused('TooManyRequestsException', 429, 'Rate Exceeded.');
    }
    running.set(functionId, before + 1);
    const result = limitAnswer(await invocable.invoke(invocation.payload, arn));
    running.set(functionId, (running.get(functionId) ?? 1) - 1);
    return { ...result, executedVersion };
  };
}

/** Name or ARN, then the qualifier. The patterns are those of the API model. */
const namePattern =
  /^(?:arn:[\w-]+:lambda:([\w-]+):(\d{12}):function:)?([\w-]{1,64})(?::(\$LATEST|[\w-]{1,128}))?$/;

function findTarget(deps: InvokeFunctionDeps, functionName: string): Target | Refusal {
  const match = namePattern.exec(functionName);
  if (!match) {
    const message = `1 validation error detected: Value '${functionName}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${namePattern.source}`;
    return refused('ValidationException', 400, message);
  }
  const { account, region } = deps;
  const [, ofRegion = region, ofAccount = account, name = '', qualifier] = match;
  const functionArn = `arn:aws:lambda:${ofRegion}:${ofAccount}:function:${name}`;
  const arn = qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`;
  const access = deps.access.find((one) => one.functionArn === functionArn);
  if (access === undefined) return refuseUnknown(arn);
  const executedVersion = toVersion(access, qualifier);
  return executedVersion === undefined ? refuseUnknown(arn) : { access, arn, executedVersion };
}

function toVersion(
  { versions, aliases }: FunctionAccess,
  qualifier = '$LATEST',
): string | undefined {
  if (qualifier === '$LATEST' || versions.includes(qualifier)) return qualifier;
  return aliases.get(qualifier);
}

/** The policy of `$LATEST` is that of the function (inferred). */
function refuseCaller(
  { account }: InvokeFunctionDeps,
  { access, arn }: Target,
  callerArn: string | undefined,
): Refusal | undefined {
  if (callerArn !== undefined && !principalPattern.test(callerArn)) {
    throw new Error(
      `callerArn: found ${callerArn}, allowed: the ARN of a role, a user or the root user of IAM`,
    );
  }
  const decision = decideInvocation(
    access.policies.get(arn.replace(/:\$LATEST$/, '')) ?? [],
    callerArn,
  );
  if (decision === 'allow') return undefined;
  const isOwn = callerArn?.split(':')[4] === account;
  if (decision === 'none' && isOwn) return undefined;
  const why =
    decision === 'deny'
      ? 'with an explicit deny in a resource-based policy'
      : 'because no resource-based policy allows the lambda:InvokeFunction action';
  const user = callerArn ?? 'anonymous';
  const message = `User: ${user} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} ${why}`;
  return refused('AccessDeniedException', 403, message);
}

/** `aws:PrincipalArn` never names a session. */
const principalPattern = /^arn:[\w-]+:iam::\d{12}:(?:root|(?:role|user)\/.+)$/;

function refusePayload({ payload }: DirectInvocation): Refusal | undefined {
  if (Buffer.byteLength(payload) > payloadBytes) {
    const message = `Request must be smaller than ${payloadBytes} bytes for the InvokeFunction operation`;
    return refused('RequestTooLargeException', 413, message);
  }
  try {
    JSON.parse(payload);
    return undefined;
  } catch {
    const message = 'Could not parse request body into json';
    return refused('InvalidRequestContentException', 400, message);
  }
}

function refuseUnknown(arn: string): Refusal {
  return refused('ResourceNotFoundException', 404, `Function not found: ${arn}`);
}

function refused(error: string, status: number, message: string): Refusal {
  return { kind: 'refused', error, message, status };
}
