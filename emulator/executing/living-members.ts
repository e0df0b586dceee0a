import { readdirSync, readFileSync } from 'node:fs';

/**
 * True when a process group has a process that is not a zombie.
 *
 * A zombie stays until its parent reads its exit code. For a process that a command left behind the
 * parent is process 1, which in many containers does so late or never.
 *
 * @returns undefined on a host without /proc, which is not Linux
 */
export function hasLivingMember(group: number): boolean | undefined {
  const processes = readNumbers('/proc');
  if (processes.length === 0) return undefined;
  return processes.some((name) => isLivingMember(name, group));
}

function readNumbers(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Reads `PID (NAME) STATE PARENT GROUP …`; the name may contain blanks and parentheses. */
function isLivingMember(name: string, group: number): boolean {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${name}/stat`, 'latin1');
  } catch {
    // It has ended since the directory was read.
    return false;
  }
  const [state, , memberOf] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(memberOf) === group && state !== 'Z' && state !== 'X';
}
