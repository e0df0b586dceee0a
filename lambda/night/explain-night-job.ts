import { findBlockingAtoms } from '../../autosys/condition/blocking.ts';
import type { Atom } from '../../autosys/condition/index.ts';
import { printAtom } from '../../autosys/condition/index.ts';
import { type TruthFacts, type Unread, unread } from '../../autosys/condition/truth.ts';
import { isActive } from '../../autosys/status.ts';
import { describeGroupDay } from './group-day.ts';
import type { DrawnLane, ListedJob, NightJobContext } from './night-facts.ts';
import type { Release } from './release.ts';

/** What is known of the start of a job. */
export interface JobStartFacts {
  /** Start of its run in this night. @default - none */
  readonly startedMs: number | undefined;
  readonly release: Release | undefined;
  readonly context: NightJobContext;
}

/** Terms that one line names. */
const mostTerms = 3;

/**
 * One line: why a job has started, or what it waits for. Pure.
 *
 * `autosys-bridge why` answers the same question for one job with more facts.
 */
export function explainNightJob(
  job: ListedJob,
  { startedMs, release, context }: JobStartFacts,
): string {
  const { clock } = context;
  if (startedMs !== undefined) {
    const at = clock.toTime(startedMs);
    if (release === undefined) {
      return `started ${at}; no change of the bridge shortly before could have let it start`;
    }
    return `started ${at}: ${release.mark.effect}, accepted ${clock.toTime(release.atMs)}`;
  }
  const { status } = job.view;
  if (isActive(status)) return `is ${status} since before this time`;
  if (status === 'ON_HOLD' || status === 'ON_ICE' || status === 'ON_NOEXEC') {
    return `is ${status}; an operator must release it`;
  }
  if (job.condition === undefined) return `is ${status}; it has no condition`;
  const blocking = findBlockingAtoms(job.condition, toTruthFacts(job, context));
  if (blocking.length === 0) {
    return `is ${status}; its condition is met, so its box, schedule or queue decides`;
  }
  const terms = blocking
    .slice(0, mostTerms)
    .map((atom) => `${printAtom(atom, { long: true })}${describeState(atom, context)}`);
  const more = blocking.length > mostTerms ? `; and ${blocking.length - mostTerms} more` : '';
  return `waits for ${terms.join('; ')}${more}`;
}

function describeState(atom: Atom, { clock, drawn, byName }: NightJobContext): string {
  if (atom.kind !== 'value') {
    if (atom.job.instance !== undefined) return '';
    const other = byName.get(atom.job.job);
    return other ? ` (it is ${other.view.status})` : ' (AutoSys has no such job)';
  }
  const lane = findLane(drawn, atom.globalVariable);
  const entry = lane?.entries[0];
  const event = entry?.event;
  if (entry === undefined || event?.kind !== 'SET_GLOBAL') return '';
  if (entry.stage === 'parked') return ` (${event.value} is parked: ${entry.parked?.reason ?? ''})`;
  const mark = lane?.runs.flatMap(({ marks }) => marks).at(-1);
  if (entry.stage !== 'confirmed') return ` (${event.value} is not shown yet: ${mark?.wait ?? ''})`;
  const run = lane?.runs.at(-1);
  const since = clock.toTime(entry.version.changedMs);
  const work = run?.group
    ? `; ${run.name}: ${describeGroupDay(run.group)}`
    : run?.status === 'RUNNING'
      ? `; ${run.name} is still running in AWS`
      : '';
  return ` (it is ${event.value} since ${since}${work})`;
}

function findLane(drawn: readonly DrawnLane[], name: string): DrawnLane | undefined {
  return drawn.find((lane) => lane.kind === 'global' && lane.name === name);
}

function toTruthFacts({ view }: ListedJob, { facts, drawn, byName }: NightJobContext): TruthFacts {
  return {
    now: new Date(facts.madeMs),
    ownEndedAt: view.lastRun.endedAt,
    job: ({ job, instance }) => {
      if (instance !== undefined) return unread;
      const { view: other } = byName.get(job) ?? {};
      if (other === undefined) return undefined;
      const { endedAt, exitCode } = other.lastRun;
      return { status: other.status, endedAt, exitCode };
    },
    globalVariable: (name, instance) =>
      instance === undefined ? toShownValue(findLane(drawn, name)) : unread,
  };
}

/** The value that AutoSys shows, as far as the ledger knows it. */
function toShownValue(lane: DrawnLane | undefined): string | Unread {
  const [entry] = lane?.entries ?? [];
  if (entry === undefined || entry.event.kind !== 'SET_GLOBAL') return unread;
  if (entry.stage === 'confirmed') return entry.event.value;
  return entry.previousValues?.[0] ?? unread;
}
