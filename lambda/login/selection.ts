import type { SecretLogin } from '../aws/secret-login.ts';
import { LoginHeldError, RequestDeniedError } from '../login-errors.ts';
import { chooseLogin, type LoginChoice, toChoiceFacts } from './choice.ts';
import { type DeniedFacts, findDenial } from './denial.ts';
import type { LoginSlots } from './slots.ts';
import { type LoginState, toInstanceLogin } from './state.ts';

/** The version that the next request carries, or the instant at which the next one may be sent. */
export type LoginSelection =
  | { readonly kind: 'use' | 'try'; readonly login: SecretLogin }
  | Extract<LoginChoice, { kind: 'suspended' }>;

/**
 * Selects the version of the next request. Reads the previous version only if it is needed.
 *
 * @throws {CredentialsError}
 */
export async function selectLogin(
  state: LoginState,
  facts: {
    readonly instance: string;
    readonly nowMs: number;
    readonly current: SecretLogin;
    readonly readPrevious: () => Promise<SecretLogin | undefined>;
  },
): Promise<LoginSelection> {
  const { instance, current, readPrevious, nowMs } = facts;
  const instanceState = toInstanceLogin(state, instance);
  const known = toChoiceFacts(state, instance, current.versionId, nowMs);
  const first = chooseLogin(instanceState, { ...known, previous: undefined });
  if (first.kind === 'suspended') return first;
  if (first.kind !== 'readPrevious') return { kind: first.kind, login: current };
  const previous = (await readPrevious()) ?? null;
  const choice = chooseLogin(instanceState, { ...known, previous: previous?.versionId ?? null });
  if (choice.kind === 'suspended') return choice;
  const login =
    previous && 'versionId' in choice && choice.versionId === previous.versionId
      ? previous
      : current;
  return { kind: choice.kind === 'use' ? 'use' : 'try', login };
}

/**
 * Checks whether a 401 for this request, or for the same target, prevents sending it.
 *
 * @throws {RequestDeniedError} if AutoSys refuses this request alone
 * @throws {LoginHeldError} if that is not known yet, or AutoSys refused another request for the
 * target
 */
export async function checkDenied(
  {
    slots,
    request,
    target,
    deniedBy,
  }: DeniedFacts & {
    readonly slots: Pick<LoginSlots, 'state' | 'limit' | 'markDenialReported'>;
  },
  { instance, versionId }: { readonly instance: string; readonly versionId: string },
  nowMs: number,
): Promise<void> {
  const facts = { instance, request, target, versionId, ...(deniedBy && { deniedBy }) };
  const denial = findDenial(slots.state, facts, { nowMs, limit: slots.limit });
  if (denial === undefined) return;
  if (denial.kind === 'undecided') throw new LoginHeldError(formatUndecided(target));
  const [at, until] = [new Date(denial.atMs), new Date(denial.untilMs)];
  if (denial.kind === 'denied') {
    await slots.markDenialReported(instance, facts);
    throw new RequestDeniedError({ target, at, until });
  }
  throw new LoginHeldError(
    `AutoSys refused the login (401) at ${at.toISOString()} for another request for ${target} only; repeated refusals lock the account, so the next request for this target waits until ${until.toISOString()}`,
  );
}

/** Reason why a request is not sent until it is known whether the login is refused. */
export function formatUndecided(target: string): string {
  return `AutoSys refused the login (401) for ${target} although it had worked within a minute, and it is not known yet whether the login is refused or this request alone`;
}
