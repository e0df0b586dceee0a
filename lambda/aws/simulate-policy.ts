import { type ContextEntry, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { type LiveClientOptions, toLiveSettings } from './live-clients.ts';
import { type FailedCall, toFailedCall } from './lookup.ts';

/** One action of a role on one resource. */
export interface SimulatedRequest {
  readonly roleArn: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys with text values, such as `kms:ViaService`. @default - none */
  readonly context?: Readonly<Record<string, string>>;
}

/** `allowed`, `explicitDeny` or `implicitDeny` (IAM API reference). */
export type SimulatedDecision = 'allowed' | 'explicitDeny' | 'implicitDeny';

/**
 * Simulates the policies of a role. Never rejects. `unknown`: IAM has no such role.
 *
 * Policies of the resource are not simulated for roles (IAM API reference).
 */
export type SimulatePolicy = (
  request: SimulatedRequest,
  signal: AbortSignal,
) => Promise<
  | { readonly kind: 'found'; readonly decision: SimulatedDecision }
  | { readonly kind: 'unknown' }
  | FailedCall
>;

/** Creates the simulation. */
export function createSimulatePolicy(
  options: LiveClientOptions,
  client: Pick<IAMClient, 'send'> = new IAMClient(toLiveSettings(options)),
): SimulatePolicy {
  return async function simulatePolicy({ roleArn, action, resource, context = {} }, abortSignal) {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: roleArn,
      ActionNames: [action],
      ResourceArns: [resource],
      ContextEntries: Object.entries(context).map(toContextEntry),
    });
    try {
      const { EvaluationResults = [] } = await client.send(command, { abortSignal });
      const decision = EvaluationResults[0]?.EvalDecision;
      if (isDecision(decision)) return { kind: 'found', decision };
      return { kind: 'unavailable', reason: 'an answer without decision' };
    } catch (error) {
      const isUnknown = error instanceof Error && error.name.startsWith('NoSuchEntity');
      return isUnknown ? { kind: 'unknown' } : toFailedCall(error);
    }
  };
}

function toContextEntry([name, value]: readonly [string, string]): ContextEntry {
  return { ContextKeyName: name, ContextKeyType: 'string', ContextKeyValues: [value] };
}

function isDecision(text: string | undefined): text is SimulatedDecision {
  return text === 'allowed' || text === 'explicitDeny' || text === 'implicitDeny';
}
