import { toFindings } from './findings.ts';
import type { BatchResult } from './scenarios.ts';

/**
 * Counters at the start of the summary line, in this order. The others follow in alphabetical
 * order.
 */
const leadingCounters = [
  'messages',
  'lost events',
  'repeated events',
  'crashes',
  'freezes during calls',
  'outages',
  'failovers',
  'rotations',
  'one-shot effects',
  'states accepted',
  'requests',
] as const;

/** Maximum number of seeds listed per finding. */
const maxSeeds = 8;

/** Formats one line per kind of finding: the number of scenarios and the first seeds. */
export function summarizeFindings({ failed }: Pick<BatchResult, 'failed'>): readonly string[] {
  return toFindings(failed).map(({ kind, seeds }) => {
    const first = seeds.slice(0, maxSeeds).join(', ');
    return `${seeds.length} scenarios with ${kind}: ${first}${seeds.length > maxSeeds ? ', …' : ''}`;
  });
}

/**
 * Formats the summary line: passed scenarios, time, and all counters, which show that each fault
 * occurs.
 */
export function summarize({ scenarios, failed, counters }: BatchResult, seconds: number): string {
  const rest = Object.keys(counters)
    .filter((name) => !leadingCounters.some((leading) => leading === name))
    .sort();
  const counts = [...leadingCounters, ...rest]
    .filter((name) => counters[name] !== undefined)
    .map((name) => `${name} ${counters[name]}`);
  const ms = ((seconds * 1000) / Math.max(1, scenarios)).toFixed(0);
  return `${scenarios - failed.length} of ${scenarios} scenarios passed, ${seconds.toFixed(0)} s (${ms} ms each): ${counts.join(', ')}`;
}
