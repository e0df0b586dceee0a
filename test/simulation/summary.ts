import type { Outcome } from './batch-of-nights.ts';
import { toFindings } from './findings.ts';

/** What is told first, under which name, in this order; everything else follows. */
const named = [
  'messages',
  'dropped events',
  'repeated events',
  'deaths',
  'frozen at work',
  'outages',
  'failovers',
  'rotations',
  'one-offs',
  'states set',
  'requests',
] as const;

/** The number of seeds that are listed for a finding. */
const namedSeeds = 8;

/** A line for each kind of finding: in how many nights it was made, and the first of them. */
export function summarizeFindings({ broken }: Pick<Outcome, 'broken'>): readonly string[] {
  return toFindings(broken).map(({ kind, seeds }) => {
    const first = seeds.slice(0, namedSeeds).join(', ');
    return `${seeds.length} nights with ${kind}: ${first}${seeds.length > namedSeeds ? ', …' : ''}`;
  });
}

/** One line: how many nights hold, and how often what happened in them, so that one sees that the faults occur. */
export function summarize({ nights, broken, tally }: Outcome, seconds: number): string {
  const rest = Object.keys(tally)
    .filter((what) => !named.some((name) => name === what))
    .sort();
  const counts = [...named, ...rest]
    .filter((what) => tally[what] !== undefined)
    .map((what) => `${what} ${tally[what]}`);
  const ms = ((seconds * 1000) / Math.max(1, nights)).toFixed(0);
  return `${nights - broken.length} of ${nights} nights hold, ${seconds.toFixed(0)} s (${ms} ms a night): ${counts.join(', ')}`;
}
