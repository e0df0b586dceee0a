import type { JobName } from '../../autosys/names.ts';
import { isActive, isTerminal } from '../../autosys/status.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import { describeEffect } from '../ledger/describe.ts';
import { describeGroup, describeGroupEnd } from './describe-group.ts';
import { describeAwsRun } from './describe-run.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { describeShownJob } from './explain-job.ts';
import type { StartObstacle } from './obstacles.ts';
import type { TermAnswer, WhyAnswer } from './why-answer.ts';
import type { WhyContext } from './why-context.ts';

/** Whether a job waits, has started or has ended, from what was found. Pure. */
export function toOutcome(answer: Omit<WhyAnswer, 'outcome' | 'cause'>): WhyAnswer['outcome'] {
  const { reading } = answer;
  if (reading === undefined) return 'unread';
  if (isActive(reading.status)) return 'started';
  if (findFirstBlock(answer)) return 'waits';
  // The bridge shows the status of a mirrored job; such a job waits for nothing.
  if (isTerminal(reading.status)) return 'ended';
  return answer.unread.some((text) => /^(definition|condition) of /.test(text))
    ? 'unread'
    : 'waits';
}

/** The answer in one line. Pure. */
export function composeCause(answer: WhyAnswer, context: WhyContext): string {
  switch (answer.outcome) {
    case 'unknownJob':
      return composeUnknownJob(answer);
    case 'unread':
      return composeUnread(answer, context);
    case 'started':
      return `${composeStart(answer, context)}${composeRunning(answer, context)}`;
    case 'ended':
      return composeEnded(answer, context);
    case 'waits':
      return composeWait(answer, context);
    default:
      return answer.outcome satisfies never;
  }
}

/** What blocks a start: an entry of the bridge that is not sent, an obstacle, or a term. */
type FirstBlock =
  | { readonly kind: 'entry'; readonly entry: ExplainedEntry }
  | { readonly kind: 'obstacle'; readonly obstacle: StartObstacle }
  | { readonly kind: 'terms'; readonly terms: readonly TermAnswer[] };

/** The job that decides how long this one waits: its box, or the first job of a term that waits. */
export function findNextWait(answer: WhyAnswer): JobName | undefined {
  const block = findFirstBlock(answer);
  if (block?.kind === 'obstacle') return block.obstacle.box;
  if (block?.kind !== 'terms') return undefined;
  return block.terms.find(({ waitsItself }) => waitsItself)?.job;
}

/** The block that decides. A start that the bridge has still to send comes first. */
function findFirstBlock({
  entries,
  obstacles,
  terms,
}: Pick<WhyAnswer, 'entries' | 'obstacles' | 'terms'>): FirstBlock | undefined {
  const entry = entries.find(({ wait }) => wait !== undefined && wait.kind !== 'dismissed');
  const blocking = terms.filter(({ blocks }) => blocks);
  const early = obstacles.find(({ kind }) => ['held', 'iced', 'queued', 'box'].includes(kind));
  if (entry) return { kind: 'entry', entry };
  if (early) return { kind: 'obstacle', obstacle: early };
  if (blocking.length > 0) return { kind: 'terms', terms: blocking };
  const [obstacle] = obstacles;
  return obstacle && { kind: 'obstacle', obstacle };
}

function composeWait(answer: WhyAnswer, context: WhyContext): string {
  const { job, reading } = answer;
  const isOver = reading !== undefined && isTerminal(reading.status);
  const subject = isOver ? `${describeShownJob(reading, context)}, and` : job;
  const block = findFirstBlock(answer);
  switch (block?.kind) {
    case 'entry': {
      const { stored, wait } = block.entry;
      const what = describeEffect(stored.entry);
      return `${subject} waits for ${what} from the bridge; ${wait?.text}; ${wait?.ends}`;
    }
    case 'obstacle':
      return `${subject} does not start: ${block.obstacle.text}; ${composeRest(answer, `what ends the wait: ${block.obstacle.ends}`)}`;
    case 'terms':
      return `${subject} waits for ${composeTerms(block.terms, answer)}`;
    case undefined:
      return composeNoBlock(answer, context);
    default:
      return block satisfies never;
  }
}

/** The term that decides with its reason, or the chain behind it; then how many more there are. */
function composeTerms(terms: readonly TermAnswer[], answer: WhyAnswer): string {
  const first = terms.find(({ waitsItself }) => waitsItself) ?? terms[0];
  const more = terms.length > 1 ? ` (and ${terms.length - 1} more of its terms)` : '';
  const unknown = first?.truth === 'unknown' ? ', which cannot be decided' : '';
  const own = `${first?.because}; what ends the wait: ${first?.ends}`;
  return `${first?.text}${more}${unknown}; ${composeRest(answer, own)}`;
}

/** The rest of the chain, or why it ends here, or the own reason. */
function composeRest({ next, chainEnd }: WhyAnswer, own: string): string {
  if (next) return next.cause;
  if (chainEnd?.kind === 'cycle') {
    return `these jobs wait for each other: ${chainEnd.jobs.join(' → ')}; ${own}`;
  }
  return chainEnd ? `${own}; the chain goes on at ${chainEnd.jobs.at(-1)}` : own;
}

function composeNoBlock(
  { job, reading, condition, startTimes, box }: WhyAnswer,
  { formatTime }: WhyContext,
): string {
  const state = `${job} (${reading?.status})`;
  const next = startTimes?.next ? `its next start time ${formatTime(startTimes.next)}` : undefined;
  if (condition) {
    const also = next === undefined ? '' : `, at ${next}`;
    return `nothing that AutoSys shows prevents the start of ${state}: its condition is true; AutoSys starts it at the next event on a job or variable of its condition${also}, or at STARTJOB`;
  }
  if (next !== undefined) return `${state} waits for ${next}`;
  if (box !== undefined) {
    return `nothing that AutoSys shows prevents the start of ${state}: it has no condition, and its box ${box} is RUNNING`;
  }
  return `${state} has no condition, no start time and no box, and the bridge has no event for it: only an event such as FORCE_STARTJOB starts it`;
}

function composeStart(answer: WhyAnswer, context: WhyContext): string {
  const { job, reading, start, next } = answer;
  const { formatTime } = context;
  const { run } = reading?.lastRun ?? {};
  const number = run === undefined || run === 0 ? '' : ` (run ${run})`;
  const at = start?.at ? ` at ${formatTime(start.at)}` : '';
  if (start === undefined) return `${job} is ${reading?.status}; AutoSys shows no start of it`;
  const because = `${job} started${at}${number}: ${start.text}`;
  return next?.start ? `${because}; ${composeStart(next, context)}` : because;
}

/** What a running job waits for: its run in AWS, its group, or the members of a box. */
function composeRunning(answer: WhyAnswer, context: WhyContext): string {
  const { launch, members, reading, start } = answer;
  if (launch?.run) return `; it waits for AWS: ${describeAwsRun(launch.run, context)}`;
  if (launch) return `; it starts the run ${launch.launch.name} in AWS (${launch.launch.stage})`;
  const [first] = members;
  if (first === undefined) return start?.entry ? composeMirrored(start.entry, context) : '';
  const more = members.length > 1 ? ` and ${members.length - 1} more` : '';
  return `; it is ${reading?.status} until its members have ended: ${first}${more}`;
}

/** A job whose status the bridge sets runs as long as its run in AWS or its group. */
function composeMirrored({ stored, run, group }: ExplainedEntry, context: WhyContext): string {
  const { entry } = stored;
  if (entry.kind === 'invalidEffect' || entry.event.kind !== 'CHANGE_STATUS') return '';
  if (group) {
    const end = describeGroupEnd(group, context);
    return `; it waits for AWS: ${describeGroup(group, context)}; what ends the wait: ${end}`;
  }
  return run && !isOver(run.version.status)
    ? `; it waits for AWS: ${describeAwsRun(run, context)}`
    : '';
}

function composeEnded(answer: WhyAnswer, context: WhyContext): string {
  const { reading, start } = answer;
  const ended = reading ? describeShownJob(reading, context) : answer.job;
  return start ? `${ended}; ${composeStart(answer, context)}` : ended;
}

function composeUnknownJob({ instance, job, entries }: WhyAnswer): string {
  const text = `${instance} has no job ${job}; names are case-sensitive`;
  const [waiting] = entries;
  if (!waiting?.wait) return text;
  const { wait, stored } = waiting;
  return `${text}; the bridge has ${describeEffect(stored.entry)} for it, and ${wait.text}; ${wait.ends}`;
}

function composeUnread(answer: WhyAnswer, context: WhyContext): string {
  const { job, reading, unread, terms, entries } = answer;
  const [reason = 'nothing could be read'] = unread;
  const state = reading ? `${describeShownJob(reading, context)}; ` : '';
  const waiting = entries.find(({ wait }) => wait !== undefined);
  const isUndefined = unread.some((text) => text.startsWith('definition of '));
  const toDo = isUndefined ? '; give its definition with --jil FILE' : '';
  const term =
    terms.find(({ truth }) => truth === 'false') ?? terms.find(({ entry }) => entry?.wait);
  const ledger = waiting?.wait
    ? `; the bridge has ${describeEffect(waiting.stored.entry)} for it, and ${waiting.wait.text}; ${waiting.wait.ends}`
    : term
      ? `; of its condition, ${term.text}: ${term.because}`
      : '';
  return `${state}it is unknown what ${job} waits for, because this could not be read: ${reason}${ledger}${toDo}`;
}
