import { readArn } from '../../lambda/routing/partition.ts';
import type { RequestEntry } from '../../lambda/routing/requests.ts';
import type { Faults, Path } from '../faults.ts';
import { isMapping } from '../located.ts';
import { findCallerMachineFault, findRoleFault } from './caller-arn.ts';

/**
 * Maximum characters of the ARNs of all roles of an entry. The policy of an alias has at most 20 KB
 * (Lambda quotas, documented), and names each role twice: allowed, and excluded from the denial.
 */
const maxRoleCharacters = 9_000;

/** Compiles the valid callers of an entry, and finds faults of several values. */
export function compileRequestCallers(
  raw: unknown,
  path: Path,
  faults: Faults,
): Pick<RequestEntry, 'roles' | 'stateMachines'> {
  const seen = new Set<string>();
  const roles = new Set<string>();
  const stateMachines = new Set<string>();
  for (const [at, caller] of (Array.isArray(raw) ? raw : []).entries()) {
    const { role, stateMachine } = toCaller(caller);
    const key = JSON.stringify([role, stateMachine]);
    if (role !== undefined && seen.has(key)) {
      faults.at([...path, at], 'callers: found the same caller twice; remove one');
    }
    seen.add(key);
    if (role !== undefined && findRoleFault('role', role) === undefined) roles.add(role);
    if (stateMachine === undefined || findCallerMachineFault(stateMachine) !== undefined) continue;
    stateMachines.add(stateMachine);
    refuseOtherAccount({ role, stateMachine }, [...path, at, 'role'], faults);
  }
  const length = [...roles].join('').length;
  if (length > maxRoleCharacters) {
    faults.atKey(
      path,
      `callers: found ${roles.size} roles whose ARNs have ${length} characters, allowed: ${maxRoleCharacters} in an entry, because the policy of an alias has at most 20 KB; use a second entry`,
    );
  }
  return { roles: [...roles], stateMachines: [...stateMachines] };
}

interface Caller {
  readonly role?: string | undefined;
  readonly stateMachine?: string | undefined;
}

function toCaller(caller: unknown): Caller {
  const toText = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return isMapping(caller)
    ? { role: toText(caller['role']), stateMachine: toText(caller['stateMachine']) }
    : { role: toText(caller) };
}

/** Step Functions assumes a role of the account of the state machine only. */
function refuseOtherAccount({ role, stateMachine }: Caller, path: Path, faults: Faults): void {
  if (role === undefined || findRoleFault('role', role) !== undefined) return;
  const [own, account] = [readArn(role)?.account, readArn(stateMachine ?? '')?.account];
  if (own === account) return;
  faults.at(
    path,
    `role: found a role of account ${own}, but the state machine is in account ${account}; allowed: the role of its executions, which is in the same account`,
  );
}
