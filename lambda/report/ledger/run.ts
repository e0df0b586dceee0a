import type { Version } from '../order.ts';
import type { Note } from './entry.ts';

/**
 * What the ledger knows of one run of a workload: what AWS announced of it, and what was made of each announcement.
 *
 * It finds every entry a run has brought about, and tells the sweep which runs have not ended. One row per run, under
 * {@link toRunKey}.
 */
export interface Run {
  readonly format: 1;
  readonly kind: 'run';
  readonly workload: 'execution' | 'batchJob';
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** For people: the run in one word. */
  readonly called: string;
  /** Of the newest announcement. */
  readonly version: Version;
  /** The routes that hear it. */
  readonly routes: readonly string[];
  /** Keys of the entries it asked for, oldest first. */
  readonly entries: readonly string[];
  /** When AWS is to be asked how it goes, in case an announcement was lost; absent once the run is over. */
  readonly askMs?: number;
  /** How often AWS was asked in vain since the last announcement. */
  readonly asks: number;
  /** Each announcement with what was decided on it, oldest first; bounded like an entry's. */
  readonly story: readonly Note[];
}

/** The key of the row of a run: an execution ARN or a Batch job id in. */
export function toRunKey(run: string): string {
  return `run ${run}`;
}
