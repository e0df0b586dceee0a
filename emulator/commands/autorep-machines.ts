import { isWildcard, matchesWildcard } from '../../autosys/autorep/index.ts';
import type { Deps } from '../deps.ts';
import type { Printed } from './command.ts';

/** Titles as in the reference, widths as in its sample (approximate). */
const columns = [
  ['Machine Name', 30],
  ['Max Load', 9],
  ['Current Load', 12],
  ['Factor', 8],
  ['O/S', 8],
  ['Status', 8],
] as const;

/** `autorep -M`: real machines; the load is 1 for each running job (approximate). */
export function reportMachines(
  instance: Pick<Deps['instance'], 'machines'>,
  pattern: string,
): Printed {
  const machines = instance
    .machines()
    .filter(({ name }) =>
      isWildcard(pattern) ? matchesWildcard(pattern, name) : name === pattern,
    );
  if (machines.length === 0 && !isWildcard(pattern)) {
    return { stdErr: [`Invalid Machine Name: ${pattern}`] };
  }
  const rows = machines.map(({ name, status, running }) => {
    return toRow([name, '---', String(running), '1.00', 'Unix', status]);
  });
  const rule = columns.map(([, width]) => '_'.repeat(width)).join(' ');
  return { stdOut: [toRow(columns.map(([title]) => title)), rule, ...rows] };
}

function toRow(cells: readonly string[]): string {
  return columns
    .map(([, width], at) => (cells[at] ?? '').padEnd(width))
    .join(' ')
    .trimEnd();
}
