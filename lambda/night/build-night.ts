import type { GroupRecord } from '../groups/group-row.ts';
import type { Outage } from '../ledger/outage.ts';
import type { Run } from '../ledger/run.ts';
import { isOver } from '../workload/workload.ts';
import { createNightClock } from './clock.ts';
import { type RunMark, toLaneTarget, toMarks } from './effect-marks.ts';
import { explainNightJob } from './explain-night-job.ts';
import { toGroupDay } from './group-day.ts';
import type { Night, NightBand, NightJob, NightLane, NightMark, NightRun } from './night.ts';
import type { DrawnLane, ListedJob, NightFacts, NightJobContext } from './night-facts.ts';
import { toNightObserved } from './night-observed.ts';
import { concernsLane, findRelease } from './release.ts';

/** Makes a night from the rows of the ledger and the jobs of AutoSys. Pure. */
export function buildNight(facts: NightFacts): Night {
  const { instance, timezone, fromMs, untilMs, madeMs, span, jobs } = facts;
  const drawn = toLanes(facts);
  const listed = 'unread' in jobs ? [] : jobs;
  const context = {
    ...{ facts, drawn, clock: createNightClock(facts) },
    byName: new Map(listed.map((job) => [job.name, job])),
  };
  const lanes = drawn.map(({ entries: _, ...lane }) => ({
    ...lane,
    runs: lane.runs.filter((run) => isInNight(run, fromMs)),
    jobs: listed
      .filter((job) => concernsLane(job, lane))
      .map((job) => toNightJob(job, lane, context)),
  }));
  const observed = toNightObserved(span.observed ?? []);
  return {
    ...{ instance, timezone, fromMs, untilMs, madeMs, lanes },
    isCut: span.isCut,
    ...(observed.length > 0 && { observed }),
    ...('unread' in jobs && { unread: jobs.unread }),
    bands: span.outages.map(({ outage }) => toBand(outage)),
  };
}

const bandKinds: Readonly<Record<Outage['outage'], NightBand['kind']>> = {
  circuitBreaker: 'away',
  maintenance: 'window',
  login: 'login',
};

function toBand({ outage, fromMs, untilMs, reason }: Outage): NightBand {
  return {
    ...{ kind: bandKinds[outage], fromMs, reason },
    ...(untilMs !== undefined && { untilMs }),
  };
}

/** The lanes of all variables and jobs that the bridge sets, ordered by name. */
function toLanes({ span, madeMs }: NightFacts): readonly DrawnLane[] {
  const entries = span.effects.flatMap(({ entry }) =>
    entry.kind === 'invalidEffect' ? [] : [entry],
  );
  const known: KnownRuns = {
    runs: new Map(span.runs.map(({ run }) => [run.called, run])),
    groups: new Map(span.groups.map(({ key, group }) => [key, group])),
  };
  const byTarget = Map.groupBy(entries, ({ event }) => {
    const target = toLaneTarget(event);
    return target && `${target.kind} ${target.name}`;
  });
  return [...byTarget]
    .flatMap(([, ofTarget]): readonly DrawnLane[] => {
      const target = ofTarget[0] && toLaneTarget(ofTarget[0].event);
      if (target === undefined) return [];
      const marks = ofTarget.flatMap((entry) => toMarks(entry, madeMs));
      return [{ ...target, runs: toRuns(marks, known), entries: ofTarget }];
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
}

/** Whether something of a run happened in the night, or is still open. A variable has older runs too. */
function isInNight(
  { endedMs = Number.POSITIVE_INFINITY, marks, group }: NightRun,
  fromMs: number,
): boolean {
  return (
    group !== undefined ||
    endedMs >= fromMs ||
    marks.some(
      ({ receivedMs, acceptedMs = 0, shownMs = 0, parked, wait }) =>
        parked !== undefined ||
        wait !== undefined ||
        Math.max(receivedMs, acceptedMs, shownMs) >= fromMs,
    )
  );
}

/** What may have requested an effect, by the name in its entry. */
interface KnownRuns {
  readonly runs: ReadonlyMap<string, Run>;
  readonly groups: ReadonlyMap<string, GroupRecord>;
}

function toRuns(marks: readonly RunMark[], { runs, groups }: KnownRuns): readonly NightRun[] {
  return [...Map.groupBy(marks, ({ run }) => run)]
    .map(([name, ofRun]) => {
      const own = ofRun.map(({ mark }) => mark);
      const group = groups.get(name);
      if (group) return toGroupDay(group, own);
      const run = runs.get(name);
      return run ? toNightRun(run, own) : toRequest(name, own);
    })
    .toSorted((one, other) => one.startedMs - other.startedMs);
}

function toNightRun({ called, version }: Run, marks: readonly NightMark[]): NightRun {
  const { status, beganMs, changedMs } = version;
  const shown = status === 'SUCCEEDED' || status === 'RUNNING' ? status : undefined;
  const isEnd = isOver(status);
  return {
    ...{ name: called, marks, startedMs: beganMs },
    status: shown ?? (isEnd ? 'FAILED' : 'PENDING'),
    ...(isEnd && { endedMs: changedMs }),
  };
}

/** A request of an AWS process, which has no run of its own. */
function toRequest(name: string, marks: readonly NightMark[]): NightRun {
  const times = marks.map(({ receivedMs }) => receivedMs);
  const [startedMs, endedMs] = [Math.min(...times), Math.max(...times)];
  return { name, status: 'REQUESTED', startedMs, endedMs, marks };
}

function toNightJob(
  job: ListedJob,
  lane: Pick<NightLane, 'kind' | 'name' | 'runs'>,
  context: NightJobContext,
): NightJob {
  const { fromMs, untilMs } = context.facts;
  const { status, lastRun } = job.view;
  const startMs = lastRun.startedAt?.getTime();
  const startedMs =
    startMs !== undefined && startMs >= fromMs && startMs <= untilMs ? startMs : undefined;
  const endedMs = startedMs === undefined ? undefined : lastRun.endedAt?.getTime();
  const release = startedMs === undefined ? undefined : findRelease(job, startedMs, context.drawn);
  const isFromLane = release?.lane.kind === lane.kind && release.lane.name === lane.name;
  // A run that began before the night shows that the job did not wait at first.
  const wasActive = startMs !== undefined && startMs < fromMs;
  const isWaiting = startedMs !== undefined || !wasActive || lastRun.endedAt !== undefined;
  // Its box has begun again, and the job waits in it once more.
  const waitsAgain = status === 'ACTIVATED' && endedMs !== undefined;
  const sinceMs = startedMs === undefined || waitsAgain ? endOf(job) : 0;
  return {
    ...{ name: job.name, status },
    why: explainNightJob(job, { startedMs: waitsAgain ? undefined : startedMs, release, context }),
    ...(isWaiting && { waitsMs: Math.max(fromMs, sinceMs) }),
    ...(startedMs !== undefined && { startedMs }),
    ...(endedMs !== undefined && { endedMs }),
    ...(isFromLane && { releasedMs: release.atMs }),
  };
}

function endOf({ view }: ListedJob): number {
  return view.lastRun.endedAt?.getTime() ?? 0;
}
