import type { AutosysInstance } from '../../autosys/names.ts';
import type { OpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import type { Outage } from '../../lambda/ledger/outage.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun, toRunKey } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import { type ExplainedWait, explainWait } from './explain-wait.ts';
import { findPassedOutages } from './passed-outages.ts';
import { type InstanceOutages, readOutages } from './read-outages.ts';
import type { FormatTime } from './time-text.ts';
import { readWaitFacts } from './wait-facts.ts';

/** An entry with the AWS run that caused it, and what it waits for. */
export interface ExplainedEntry {
  readonly stored: StoredEntry;
  /** The run in AWS. Absent for a request, and if its row has expired. */
  readonly run?: Run;
  /** Absent if it does not wait. */
  readonly wait?: ExplainedWait;
  /** Outages through which it waited and that are over, oldest first. */
  readonly passed?: readonly Outage[];
}

export interface ExplainEntryDeps {
  readonly instance: AutosysInstance;
  readonly now: () => Date;
  readonly formatTime: FormatTime;
  /** The window of the instance that is open at an instant. @default - no route file was given */
  readonly openWindow?: ((nowMs: number) => OpenWindow | undefined) | undefined;
}

/** Creates the reads of what explains an entry. The outages of the instance are read once. */
export function createExplainEntry({ instance, now, formatTime, openWindow }: ExplainEntryDeps) {
  const nowMs = now().getTime();
  let outages: Promise<InstanceOutages> | undefined;

  return async function explainEntry(
    table: SearchableTable,
    stored: StoredEntry,
  ): Promise<ExplainedEntry> {
    const { entry } = stored;
    const run = await readRun(table, entry.version);
    const facts = await readWaitFacts(entry, { table, nowMs, readOutages: () => readOnce(table) });
    const wait = explainWait(stored, facts, formatTime);
    const passed =
      entry.kind === 'invalidEffect' ? [] : findPassedOutages(entry, facts.outages.over, nowMs);
    return {
      stored,
      ...(run && { run }),
      ...(wait && { wait }),
      ...(passed.length > 0 && { passed }),
    };
  };

  function readOnce(table: SearchableTable): Promise<InstanceOutages> {
    outages ??= readOutages(table, instance, { nowMs, openWindow: openWindow?.(nowMs) });
    return outages;
  }
}

/** The run of a version. `undefined` if its row has expired. */
export async function readRun(
  table: SearchableTable,
  version: Pick<Entry['version'], 'run' | 'beganMs'>,
): Promise<Run | undefined> {
  // A request of an AWS process has no run row.
  if (version.run.startsWith('request ')) return undefined;
  const row = await table.get(toRunKey(version));
  return row && parseRun(row);
}
