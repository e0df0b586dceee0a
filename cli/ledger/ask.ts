import type { InvokeSweep } from '../../lambda/aws/invoke-sweep.ts';
import { askNow, describeQuestion } from '../../lambda/ledger/ask-now.ts';
import type { HistoryEntry } from '../../lambda/ledger/entry.ts';
import type { Run } from '../../lambda/ledger/run.ts';
import { parseRun, toRunRow } from '../../lambda/ledger/run-row.ts';
import type { Table } from '../../lambda/ledger/table.ts';
import { NoSuchEntryError } from '../exit-code.ts';

/** Dependencies of a question to AWS about one run. */
export interface AskRunDeps {
  readonly table: Table;
  readonly invokeSweep: InvokeSweep;
  /** Name or ARN of the sweep function. */
  readonly sweepFunction: string;
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The run before and after the question. */
export interface AskRunResult {
  readonly before: Run;
  readonly after: Run;
  /** What the ledger has recorded since the question, oldest first. Empty if AWS was not asked. */
  readonly found: readonly HistoryEntry[];
  /** Why the last invocation of the sweep failed. */
  readonly failure?: string;
}

/** Maximum number of lost races and of invocations. More would be a fault. */
const maxTries = 4;

/** Time in which the index of the ledger shows the row, and a running sweep may end. */
const repeatMs = 2_000;

/**
 * Makes a run due in the ledger, invokes the sweep, and reads what it has recorded.
 *
 * The sweep is invoked again if it has not seen the run: its index may lag, or Lambda throttles.
 * Whatever happens, the run is due, so the scheduled sweep asks AWS within a minute.
 *
 * @param by ARN of the caller, for the history
 * @throws {NoSuchEntryError} if the row does not exist any more, or other functions keep changing it
 */
export async function askRun(deps: AskRunDeps, key: string, by: string): Promise<AskRunResult> {
  const { before, askedMs } = await makeDue(deps, key, by);
  let result: AskRunResult = { before, after: before, found: [] };
  for (let tries = 0; tries < maxTries && !deps.signal.aborted; tries += 1) {
    if (tries > 0) await deps.sleep(repeatMs, deps.signal);
    const invoked = await deps.invokeSweep(deps.sweepFunction, deps.signal);
    const after = await readRun(deps.table, key);
    const found = toLinesAfter(after, { atMs: askedMs, text: describeQuestion(by) });
    result = {
      ...{ before, after, found },
      ...(invoked.kind !== 'done' && { failure: `${invoked.kind}, ${invoked.reason}` }),
    };
    const mayRepeat = invoked.kind === 'done' || invoked.kind === 'throttled';
    if (found.length > 0 || !mayRepeat) break;
  }
  return result;
}

async function makeDue({ table, now }: AskRunDeps, key: string, by: string) {
  for (let races = 0; races < maxTries; races += 1) {
    const row = await table.get(key);
    if (row === undefined) break;
    const before = parseRun(row);
    const askedMs = now().getTime();
    const due = toRunRow(askNow(before, askedMs, by), askedMs);
    if ((await table.put(due, row.revision)) !== undefined) return { before, askedMs };
  }
  throw new NoSuchEntryError(
    `the ledger row ${key} is changed by other functions all the time, or is gone; nothing was changed, try again`,
  );
}

async function readRun(table: Table, key: string): Promise<Run> {
  const row = await table.get(key);
  if (row === undefined) throw new NoSuchEntryError(`the ledger row ${key} is gone`);
  return parseRun(row);
}

function toLinesAfter({ history }: Run, { atMs, text }: HistoryEntry): readonly HistoryEntry[] {
  const at = history.findLastIndex((line) => line.atMs === atMs && line.text === text);
  return history.slice(at + 1);
}
