import type { JobReading } from '../../autosys/client/index.ts';
import type { Atom } from '../../autosys/condition/index.ts';
import { isActive, isTerminal } from '../../autosys/status.ts';
import { describeAwsRun, type RunTextFacts } from './describe-run.ts';
import { toEntryTimes } from './entry-times.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { explainTarget, type MissingState, toSinceMs } from './explain-target.ts';
import { knownValue, type ReadFact } from './fact.ts';
import type { WhyJob } from './read-autosys.ts';
import type { LaunchedRun, TargetEntries } from './read-ledger.ts';

/** A term about a job. */
export type JobAtom = Exclude<Atom, { readonly kind: 'value' }>;

/** Facts about the job of a term. */
export interface PredecessorJobFacts {
  readonly shown: ReadFact<WhyJob | undefined>;
  readonly ledger: ReadFact<TargetEntries>;
  readonly launch: ReadFact<LaunchedRun | undefined>;
}

/** The present state of a job: `EXTRACT is RUNNING since 02:01:00 (run 12)`. */
export function describeShownJob(reading: JobReading, { formatTime }: RunTextFacts): string {
  const { job, status, lastRun, onNoExec } = reading;
  const { run, startedAt, endedAt, exitCode } = lastRun;
  const mark = onNoExec ? ' (NOEXEC)' : '';
  const number = run === undefined || run === 0 ? '' : ` (run ${run})`;
  if (isActive(status)) {
    const since = startedAt ? ` since ${formatTime(startedAt)}` : '';
    return `${job} is ${status}${mark}${since}${number}`;
  }
  if (isTerminal(status)) {
    const at = endedAt ? ` at ${formatTime(endedAt)}` : '';
    const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
    return `${job} ended ${status}${mark}${at}${code}${number}`;
  }
  if (run === 0) return `${job} is ${status}${mark} and has never run`;
  const ended = endedAt ? `, its last run ended at ${formatTime(endedAt)}` : '';
  return `${job} is ${status}${mark}${ended}`;
}

/** Why a term about a job is not true, and what would make it true. Pure. */
export function explainJob(
  atom: JobAtom,
  facts: PredecessorJobFacts,
  texts: RunTextFacts,
): MissingState {
  const { job, instance } = atom.job;
  if (instance) {
    const text = `${job} is a job of the instance ${instance}, which this command does not read`;
    return { text, ends: `see there: why ${job} --instance ${instance}` };
  }
  const { shown } = facts;
  if (shown.kind === 'unread') {
    const text = `AutoSys does not show ${job}: ${shown.reason}`;
    return { text, ends: `not known before AutoSys shows ${job}` };
  }
  if (shown.value === undefined) {
    const text = `${job} is not defined`;
    return { text, ends: `a definition of ${job}, or another condition` };
  }
  return explainKnown(atom, shown.value.reading, facts, texts);
}

function explainKnown(
  atom: JobAtom,
  reading: JobReading,
  { ledger, launch }: PredecessorJobFacts,
  texts: RunTextFacts,
): MissingState {
  const { job } = atom.job;
  const present = describeShownJob(reading, texts);
  const mirrored = knownValue(ledger)?.state;
  if (mirrored && isNewest(mirrored, reading)) {
    const question = { shown: reading.status, isShown: true, satisfies: () => false };
    const byBridge = explainTarget(mirrored, question, texts);
    if (byBridge) return { ...byBridge, text: `${present}; ${byBridge.text}` };
  }
  if (isActive(reading.status)) {
    const run = knownValue(launch)?.run;
    const isOfRun = knownValue(launch)?.launch.identity;
    const inAws =
      run && isOfRun?.kind === 'jobTry' && isOfRun.run === reading.lastRun.run
        ? `; it waits for AWS: ${describeAwsRun(run, texts)}`
        : '';
    return { text: `${present}${inAws}`, ends: `the end of ${job}${toNeeded(atom)}` };
  }
  if (atom.lookback && atom.lookback.kind !== 'anyTime') {
    const text = `${present}; the look-back of the term does not reach that end`;
    return { text, ends: `another run of ${job}${toNeeded(atom)}` };
  }
  return { text: present, ends: `a run of ${job}${toNeeded(atom)}` };
}

/** Longest time from the acceptance of a status to the start that AutoSys shows for it. */
const takesEffectMs = 60_000;

/** Whether the job began no run of its own after the bridge set its status. */
function isNewest({ stored: { entry } }: ExplainedEntry, { lastRun }: JobReading): boolean {
  if (entry.kind === 'invalidEffect' || lastRun.startedAt === undefined) return true;
  return lastRun.startedAt.getTime() <= toSinceMs(toEntryTimes(entry)) + takesEffectMs;
}

function toNeeded(atom: JobAtom): string {
  switch (atom.kind) {
    case 'success':
      return ' with SUCCESS';
    case 'failure':
      return ' with FAILURE';
    case 'terminated':
      return ' with TERMINATED';
    case 'done':
    case 'notrunning':
      return '';
    case 'exitcode':
      return ` with an exit code ${atom.comparison} ${atom.code}`;
    default:
      return atom satisfies never;
  }
}
