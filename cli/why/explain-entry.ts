import type { AutosysInstance } from '../../autosys/names.ts';
import type { OpenWindow } from '../../lambda/circuit-breaker/maintenance.ts';
import type { Entry } from '../../lambda/ledger/entry.ts';
import type { Outage } from '../../lambda/ledger/outage.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun, toRunKey } from '../../lambda/ledger/run-row.ts';
import type { SearchableTable } from '../../lambda/ledger/table.ts';
import { type Group, toGroupOfRoute } from '../../lambda/routing/groups.ts';
import type { StoredEntry } from '../ledger/stored-entry.ts';
import { type ExplainedWait, explainWait } from './explain-wait.ts';
import { findPassedOutages } from './passed-outages.ts';
import { type GroupFacts, readGroup } from './read-group.ts';
import { type InstanceOutages, readOutages } from './read-outages.ts';
import type { FormatTime } from './time-text.ts';
import { readWaitFacts } from './wait-facts.ts';

/** An entry with the AWS run that caused it, and what it waits for. */
export interface ExplainedEntry {
  readonly stored: StoredEntry;
  /** The run in AWS. Absent for a request, and if its row has expired. */
  readonly run?: Run;
  /** The group whose state it sets, on its present business day. Absent for any other entry. */
  readonly group?: GroupFacts;
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
  /** The group of a name in the route file. @default - no route file was given */
  readonly groupOf?: ((name: string) => Group | undefined) | undefined;
}

/** Creates the reads of what explains an entry. The outages of the instance are read once. */
export function createExplainEntry(deps: ExplainEntryDeps) {
  const { instance, now, formatTime, openWindow } = deps;
  const nowMs = now().getTime();
  let outages: Promise<InstanceOutages> | undefined;

  return async function explainEntry(
    table: SearchableTable,
    stored: StoredEntry,
  ): Promise<ExplainedEntry> {
    const { entry } = stored;
    const isOfGroup = toGroupOfRoute(entry.cause.route) !== undefined;
    const group = isOfGroup ? await readGroupOfEntry(table, entry, deps) : undefined;
    const run = isOfGroup ? undefined : await readRun(table, entry.version);
    const facts = await readWaitFacts(entry, { table, nowMs, readOutages: () => readOnce(table) });
    const wait = explainWait(stored, facts, formatTime);
    const passed =
      entry.kind === 'invalidEffect' ? [] : findPassedOutages(entry, facts.outages.over, nowMs);
    return {
      stored,
      ...(run && { run }),
      ...(group && { group }),
      ...(wait && { wait }),
      ...(passed.length > 0 && { passed }),
    };
  };

  function readOnce(table: SearchableTable): Promise<InstanceOutages> {
    outages ??= readOutages(table, instance, { nowMs, openWindow: openWindow?.(nowMs) });
    return outages;
  }
}

/** The group of an entry. `undefined` for an entry of a route, and if the rows have expired. */
async function readGroupOfEntry(
  table: SearchableTable,
  { cause, version }: StoredEntry['entry'],
  { now, groupOf }: Pick<ExplainEntryDeps, 'now' | 'groupOf'>,
): Promise<GroupFacts | undefined> {
  const name = toGroupOfRoute(cause.route);
  if (name === undefined) return undefined;
  return readGroup(table, { name, dayKey: version.run, group: groupOf?.(name), now: now() });
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
