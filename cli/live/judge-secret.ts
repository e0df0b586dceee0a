import type { DescribedSecret } from '../../lambda/aws/describe-secret.ts';
import type { SimulatedDecision } from '../../lambda/aws/simulate-policy.ts';
import { type LiveFact, type LiveRow, toUncheckedRow } from './live-row.ts';
import type { SecretReader } from './secret-readers.ts';

/** The row of a secret; `undefined` in the fact: there is none. Pure. */
export function judgeSecret(secret: string, fact: LiveFact<DescribedSecret | undefined>): LiveRow {
  const row = { check: 'secret', subject: `secret ${secret}` } as const;
  if (fact.kind === 'unread') return toUncheckedRow(row, fact);
  const { value } = fact;
  if (value === undefined) {
    const advice = 'create the secret, or correct its name or ARN in the route file';
    return { ...row, verdict: 'finding', found: 'there is no such secret', advice };
  }
  if (value.isDeleted) {
    const advice = 'restore it with aws secretsmanager restore-secret, or name another secret';
    return { ...row, verdict: 'finding', found: 'it is marked for deletion', advice };
  }
  const key = value.kmsKey === undefined ? 'the key of the service' : `key ${value.kmsKey}`;
  return { ...row, verdict: 'passed', found: `it exists, with ${key}` };
}

/** An action that a reader of a secret needs, and what the simulation decides on it. */
export interface SimulatedAccess {
  readonly action: string;
  readonly fact: LiveFact<SimulatedDecision | 'noRole'>;
}

/** What the row of an access says besides its result: what a simulation leaves out. */
const limits = 'simulated, without the policies of the secret and of the key';

/**
 * The row of a role that reads a secret. A simulation evaluates the policies of the role. The policies
 * of the secret and the key are not part of it (documented), so another account may still deny. Pure.
 */
export function judgeAccess(
  { functionName, roleArn }: Pick<SecretReader, 'functionName' | 'roleArn'>,
  secret: string,
  accesses: readonly SimulatedAccess[],
): LiveRow {
  const role = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const subject = `role ${role} of ${functionName} reads ${secret}`;
  const row = { check: 'secretAccess', subject } as const;
  const noRole = accesses.some(({ fact }) => fact.kind === 'read' && fact.value === 'noRole');
  if (noRole) {
    const advice = 'deploy the stack again: a role of its outputs was deleted';
    return { ...row, verdict: 'finding', found: `IAM has no role ${roleArn}`, advice };
  }
  const denied = accesses.flatMap(({ action, fact }) =>
    fact.kind === 'read' && fact.value !== 'allowed' ? [`${action}: ${fact.value}`] : [],
  );
  if (denied.length > 0) {
    const advice = `deploy the stack with this route file; a key of a secret is named in secretKeyArns (docs/deploy.md)`;
    return { ...row, verdict: 'finding', found: `${denied.join(', ')} (${limits})`, advice };
  }
  for (const { fact } of accesses) if (fact.kind === 'unread') return toUncheckedRow(row, fact);
  const allowed = accesses.map(({ action }) => action).join(', ');
  return { ...row, verdict: 'passed', found: `${allowed} allowed (${limits})` };
}
