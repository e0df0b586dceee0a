import type { JobReading } from '../../autosys/client/index.ts';
import { printCondition, truthOf } from '../../autosys/condition/index.ts';
import { toTrait } from '../../autosys/event.ts';
import type { Job } from '../../autosys/job.ts';
import type { JobName } from '../../autosys/names.ts';
import { isActive } from '../../autosys/status.ts';
import { whyLimits } from './call-budget.ts';
import { composeCause, findNextWait, toOutcome } from './compose-cause.ts';
import { type ConditionState, readConditionState } from './condition-state.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { explainStart } from './explain-start.ts';
import { explainTerms } from './explain-terms.ts';
import { knownValue, type ReadFact, toRead } from './fact.ts';
import { findNextTick, findStartObstacles, type StartObstacle } from './obstacles.ts';
import type { WhyJob } from './read-autosys.ts';
import type { JobDefinition } from './read-definition.ts';
import type { LaunchedRun, TargetEntries } from './read-ledger.ts';
import type { StartCause, WhyAnswer } from './why-answer.ts';
import type { WhyContext } from './why-context.ts';

/**
 * Why a job waits, or why it started: from AutoSys, the ledger, and where it waits for another job
 * that waits itself, from that job on. Changes nothing.
 *
 * @param chain the jobs of the chain before this one, and the question about this one
 */
export async function answerWhy(
  job: JobName,
  context: WhyContext,
  chain: WhyChain = { path: [], about: 'now' },
): Promise<WhyAnswer> {
  const { autosys, ledger } = context;
  // The first read is made alone: a refused login must be refused once only.
  const shown = await autosys.job(job);
  if (shown.kind === 'read' && shown.value === undefined) {
    return toUnknownJob(job, await ledger.job(job), context);
  }
  const [definition, entries] = await Promise.all([autosys.definition(job), ledger.job(job)]);
  const facts = await readFacts({ job, shown, definition, entries }, context);
  const answer = toAnswer(facts, context);
  const whole = { ...answer, ...(await followChain(answer, context, chain)) };
  return { ...whole, cause: composeCause(whole, context) };
}

/** Place of a job in a chain of answers. */
interface WhyChain {
  /** The jobs before it. */
  readonly path: readonly JobName[];
  /** `start`: only what started its last run is asked. */
  readonly about: 'now' | 'start';
}

interface KnownFacts {
  readonly job: JobName;
  readonly shown: ReadFact<WhyJob | undefined>;
  readonly definition: ReadFact<JobDefinition | undefined>;
  readonly entries: ReadFact<TargetEntries>;
}

interface GatheredFacts extends KnownFacts {
  readonly reading: JobReading | undefined;
  readonly state: ConditionState | undefined;
  readonly obstacles: readonly StartObstacle[];
  readonly start: StartCause | undefined;
  readonly launch: ReadFact<LaunchedRun | undefined>;
}

async function readFacts(known: KnownFacts, context: WhyContext): Promise<GatheredFacts> {
  const { autosys, ledger, now, timezone, formatTime } = context;
  const { job, shown, definition, entries } = known;
  const reading = knownValue(shown)?.reading;
  const defined = knownValue(definition)?.job;
  const { run, startedAt } = reading?.lastRun ?? {};
  const hasRun = reading !== undefined && (startedAt !== undefined || (run ?? 0) > 0);
  const noStart = toRead(undefined);
  const [state, box, events, attributed, launch] = await Promise.all([
    defined?.condition && readConditionState(defined.condition, reading, context),
    defined?.box === undefined ? undefined : autosys.job(defined.box),
    hasRun ? autosys.events(job) : toRead([]),
    hasRun && run !== undefined ? ledger.startOfRun(job, run) : noStart,
    reading?.status === 'RUNNING' ? ledger.launch(job) : noStart,
  ]);
  const shownBox = box && knownValue(box);
  const of = { ...(defined && { job: defined }), ...(box && { box }) };
  const isWaiting = reading !== undefined && !isActive(reading.status);
  return {
    ...known,
    reading,
    state,
    launch,
    obstacles: isWaiting ? findStartObstacles({ reading, ...of, now, timezone, formatTime }) : [],
    start:
      reading &&
      explainStart(
        { reading, ledger: entries, attributed, events, state, job: defined, box: shownBox },
        context,
      ),
  };
}

function toAnswer(facts: GatheredFacts, context: WhyContext): WhyAnswer {
  const { job, shown, definition, reading, state, obstacles, start } = facts;
  const defined = knownValue(definition);
  const terms = state ? explainTerms(state, context) : [];
  const condition = defined?.job.condition;
  const launched = toOwnLaunch(knownValue(facts.launch), reading);
  const base = {
    instance: context.instance,
    job,
    ...(reading && { reading }),
    ...(condition &&
      state && {
        condition: {
          text: printCondition(condition, { long: true }),
          truth: truthOf(condition, state.facts),
          source: defined.source,
        },
      }),
    ...toStartTimes(defined?.job, context),
    terms,
    obstacles,
    ...(start && { start }),
    entries: toRelevantEntries(knownValue(facts.entries), reading, start),
    ...(launched && { launch: launched }),
    members: toOpenMembers(knownValue(shown), defined),
    unread: toUnreadTexts(facts),
  };
  return { ...base, outcome: toOutcome(base), cause: '' };
}

function toStartTimes(
  job: Job | undefined,
  { now, timezone }: WhyContext,
): Pick<WhyAnswer, 'box' | 'startTimes'> {
  const next = job && findNextTick(job, now, timezone);
  return {
    ...(job?.box !== undefined && { box: job.box }),
    ...(next && { startTimes: { next } }),
  };
}

/** The launch of the present run; an earlier one says nothing about it. */
function toOwnLaunch(launched: LaunchedRun | undefined, reading: JobReading | undefined) {
  const identity = launched?.launch.identity;
  return identity?.kind === 'jobTry' && identity.run === reading?.lastRun.run
    ? launched
    : undefined;
}

/**
 * The effects that wait and would change whether the job runs, without starts from before its last
 * start; and the effect that started it.
 */
function toRelevantEntries(
  entries: TargetEntries | undefined,
  reading: JobReading | undefined,
  start: StartCause | undefined,
): readonly ExplainedEntry[] {
  const startedMs = reading?.lastRun.startedAt?.getTime() ?? 0;
  const all = entries ? [...(entries.state ? [entries.state] : []), ...entries.others] : [];
  return all.filter(({ stored: { key, entry }, wait }) => {
    if (key === start?.entry?.stored.key) return true;
    if (wait === undefined || entry.kind === 'invalidEffect') return false;
    const { kind } = entry.event;
    if (toTrait(kind).starts) return entry.cause.seenMs > startedMs;
    return kind === 'CHANGE_STATUS' || kind === 'JOB_OFF_HOLD' || kind === 'JOB_OFF_ICE';
  });
}

function toOpenMembers(
  shown: WhyJob | undefined,
  definition: JobDefinition | undefined,
): readonly string[] {
  if (shown?.reading.status !== 'RUNNING' || definition?.job.type !== 'BOX') return [];
  const { run } = shown.reading.lastRun;
  return shown.members
    .filter(({ status, lastRun }) => isActive(status) || lastRun.run !== run)
    .map(({ job, status }) => `${job} is ${status}`);
}

function toUnreadTexts({ job, shown, definition, entries }: KnownFacts): readonly string[] {
  const conditionFault = knownValue(definition)?.conditionFault;
  return [
    ...(shown.kind === 'unread' ? [`status of ${job}: ${shown.reason}`] : []),
    ...(definition.kind === 'unread' ? [`definition of ${job}: ${definition.reason}`] : []),
    ...(conditionFault === undefined ? [] : [`condition of ${job}: ${conditionFault}`]),
    ...(entries.kind === 'unread' ? [`ledger: ${entries.reason}`] : entries.value.unreadable),
  ];
}

function toUnknownJob(
  job: JobName,
  entries: ReadFact<TargetEntries>,
  context: WhyContext,
): WhyAnswer {
  const waiting = toRelevantEntries(knownValue(entries), undefined, undefined);
  const answer: WhyAnswer = {
    instance: context.instance,
    job,
    outcome: 'unknownJob',
    cause: '',
    terms: [],
    obstacles: [],
    entries: waiting,
    members: [],
    unread: entries.kind === 'unread' ? [`ledger: ${entries.reason}`] : entries.value.unreadable,
  };
  return { ...answer, cause: composeCause(answer, context) };
}

/** The answer for the job that this one waits for, or that started it; or why there is none. */
async function followChain(
  answer: WhyAnswer,
  context: WhyContext,
  { path, about }: WhyChain,
): Promise<Pick<WhyAnswer, 'next' | 'chainEnd'>> {
  const isWait = about === 'now' && answer.outcome === 'waits';
  const name = isWait ? findNextWait(answer) : answer.start?.job;
  if (name === undefined) return {};
  const jobs = [...path, answer.job];
  if (jobs.includes(name)) return { chainEnd: { kind: 'cycle', jobs: [...jobs, name] } };
  if (jobs.length >= whyLimits.depth) return { chainEnd: { kind: 'cut', jobs: [...jobs, name] } };
  const next = await answerWhy(name, context, { path: jobs, about: isWait ? 'now' : 'start' });
  return { next };
}
