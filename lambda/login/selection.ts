import type { SecretLogin } from '../aws/secret-login.ts';
import { LoginHeldError, RequestDeniedError } from '../errors.ts';
import { chooseLogin, type LoginChoice, toChoiceFacts } from './choice.ts';
import { type DeniedFacts, findDenial } from './denial.ts';
import type { LoginSlots } from './slots.ts';
import { type LoginState, toInstanceLogin } from './state.ts';

/** The version that a request carries, and how; or when the next request may be sent. */
export type LoginSelection =
  | { readonly kind: 'use' | 'try'; readonly login: SecretLogin }
  | Extract<LoginChoice, { kind: 'hold' }>;

/** Selects the version of the next request; reads the previous version only where it is needed. @throws {CredentialsError} */
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
  const standing = toInstanceLogin(state, instance);
  const known = toChoiceFacts(state, instance, current.versionId, nowMs);
  const first = chooseLogin(standing, { ...known, previous: undefined });
  if (first.kind === 'hold') return first;
  if (first.kind !== 'readPrevious') return { kind: first.kind, login: current };
  const previous = (await readPrevious()) ?? null;
  const choice = chooseLogin(standing, { ...known, previous: previous?.versionId ?? null });
  if (choice.kind === 'hold') return choice;
  const login =
    previous && 'versionId' in choice && choice.versionId === previous.versionId
      ? previous
      : current;
  return { kind: choice.kind === 'use' ? 'use' : 'try', login };
}

/**
 * Whether a 401 for this request, or one for the same target, keeps it from being sent.
 *
 * @throws {RequestDeniedError} where AutoSys refuses this request alone
 * @throws {LoginHeldError} where it is not known yet, or another request for the target was refused
 */
export async function checkDenied(
  {
    slots,
    request,
    target,
    deniedBy,
  }: DeniedFacts & {
    readonly slots: Pick<LoginSlots, 'state' | 'limit' | 'tellDenial'>;
  },
  { instance, versionId }: { readonly instance: string; readonly versionId: string },
  nowMs: number,
): Promise<void> {
  const facts = { instance, request, target, versionId, ...(deniedBy && { deniedBy }) };
  const denial = findDenial(slots.state, facts, { nowMs, limit: slots.limit });
  if (denial === undefined) return;
  if (denial.kind === 'undecided') throw new LoginHeldError(toDoubt(target));
  const [at, until] = [new Date(denial.atMs), new Date(denial.untilMs)];
  if (denial.kind === 'denied') {
    await slots.tellDenial(instance, facts);
    throw new RequestDeniedError({ target, at, until });
  }
  throw new LoginHeldError(
    `AutoSys refused the login (401) for a request for this target alone (${target}), at ${at.toISOString()}; every refused login counts towards the lock of the account, so the next one waits until ${until.toISOString()}`,
  );
}

/** Why a request is not sent until it is known whether the login is refused. */
export function toDoubt(target: string): string {
  return `AutoSys refused the login (401) for ${target} although it had worked within a minute, and it is not known yet whether the login is refused or this request alone`;
}
