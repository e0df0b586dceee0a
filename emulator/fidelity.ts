import { type EndpointRoute, endpoints } from './endpoints.ts';
import { eventSupport } from './event-support.ts';
import { executedBehaviours } from './executing/behaviours.ts';

/** The fidelity of each endpoint, as a Markdown table. */
export function printEndpointTable(): string {
  const rows = endpoints.map(toRow);
  return toTable(['endpoint', 'wire profiles', 'fidelity', 'evidence', 'what it does'], rows);
}

/** The fidelity of each event, as a Markdown table. */
export function printEventTable(): string {
  const rows = Object.entries(eventSupport).map(([kind, { support, note }]) => {
    return [`\`${kind}\``, support, note];
  });
  return toTable(['event', 'fidelity', 'what it does'], rows);
}

/** The fidelity of the agent that executes commands, as a Markdown table. */
export function printExecuteTable(): string {
  const rows = executedBehaviours.map(({ behaviour, support, evidence, note }) => {
    return [behaviour, support, evidence, note];
  });
  return toTable(['behaviour', 'fidelity', 'evidence', 'what it does'], rows);
}

function toRow({
  method,
  path,
  profiles,
  fidelity,
  evidence,
  note,
}: EndpointRoute): readonly string[] {
  return [`\`${method} ${path}\``, profiles.join(', '), fidelity, evidence, note];
}

function toTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(escapePipes).join(' | ')} |\n`).join('');
}

function escapePipes(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
