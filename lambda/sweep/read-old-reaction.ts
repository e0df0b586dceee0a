import type { GlobalName, JobName } from '../../autosys/names.ts';
import type { JobRunView } from '../../autosys/views.ts';
import type { AutosysReader } from '../delivery/confirm.ts';
import type { ObservedEntry } from '../ledger/observed.ts';
import type { CheckResult } from '../ledger/observed-checks.ts';
import { judgeOldJob, judgeOldVariable, type OldVariableView } from './judge-old-reaction.ts';

/** Runs that are listed if the last run of a job hides the one of the event. One request each. */
const listedRuns = 6;

/**
 * Creates the read of old reactions in one sweep run. A job or variable of several entries is read
 * once.
 */
export function createReadOldReaction(
  port: AutosysReader,
  { timezone, signal }: { readonly timezone: string; readonly signal: AbortSignal },
) {
  const readJob = once((job: JobName) => port.readJob(job, { signal }));
  const readRuns = once((job: JobName) => readRunsOf(port, job, signal));
  const readVariable = once((name: GlobalName) => readVariableOf(port, name, signal));

  return async function readOldReaction(entry: ObservedEntry): Promise<CheckResult> {
    const { observe } = entry;
    if ('variable' in observe) {
      return judgeOldVariable(entry, await readVariable(observe.variable), timezone);
    }
    const { status, lastRun } = await readJob(observe.job);
    const last = judgeOldJob(entry, [{ status, ...lastRun }], timezone);
    if (last.kind !== 'hidden') return last;
    const runs = await readRuns(observe.job);
    if ('reason' in runs) return { kind: 'unreadable', reason: `${last.reason}: ${runs.reason}` };
    const isWhole = runs.length > 1 && runs.length < listedRuns;
    const judged = judgeOldJob(entry, runs, timezone, isWhole);
    if (judged.kind !== 'hidden') return judged;
    const reason = `none of the last ${runs.length} runs that AutoSys shows was active at the end of the run in AWS`;
    return { kind: 'unreadable', reason };
  };
}

async function readRunsOf(
  port: AutosysReader,
  job: JobName,
  signal: AbortSignal,
): Promise<readonly JobRunView[] | { readonly reason: string }> {
  const listed = await port.readJobRuns?.(job, { runs: listedRuns, signal });
  if (listed === undefined) return { reason: 'earlier runs cannot be read' };
  return listed.kind === 'runs' ? listed.runs : { reason: listed.reason };
}

/** The value is read before its time, so a later change shows as a time that is too late. */
async function readVariableOf(
  port: AutosysReader,
  name: GlobalName,
  signal: AbortSignal,
): Promise<OldVariableView> {
  const shown = await port.readGlobalVariable(name, { signal });
  if (shown.kind !== 'value') return shown;
  if (shown.lastChanged) return { ...shown, lastChanged: shown.lastChanged };
  const change = await port.readLastChanged?.(name, { signal });
  if (change === undefined || change.kind === 'notShown')
    return { kind: 'value', value: shown.value };
  if (change.kind === 'notNow') return change;
  return { kind: 'value', value: shown.value, lastChanged: change };
}

/** Reads each name once. A failure is not kept. */
function once<Name, Read>(read: (name: Name) => Promise<Read>): (name: Name) => Promise<Read> {
  const known = new Map<Name, Promise<Read>>();
  return function readOnce(name) {
    const reading = known.get(name) ?? read(name);
    known.set(name, reading);
    reading.catch(() => known.delete(name));
    return reading;
  };
}
