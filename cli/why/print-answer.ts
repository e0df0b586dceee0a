import type { Entry } from '../../lambda/ledger/entry.ts';
import { describeSource, quoteForShell } from '../ledger/advice.ts';
import { describeEffect } from '../ledger/describe.ts';
import type { Paint } from '../render.ts';
import type { CallCounts } from './call-budget.ts';
import { describeAwsRun } from './describe-run.ts';
import { toEntryTimes } from './entry-times.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { describeShownJob } from './explain-job.ts';
import { describePassedOutage } from './passed-outages.ts';
import { printGroupFacts } from './print-group-facts.ts';
import type { TermAnswer, WhyAnswer } from './why-answer.ts';
import type { WhyContext } from './why-context.ts';

/** State of a job without a status. */
const states: Readonly<Partial<Record<WhyAnswer['outcome'], string>>> = {
  unknownJob: 'not defined in AutoSys',
  unread: 'AutoSys does not show it',
};

type TextContext = Pick<WhyContext, 'formatTime' | 'nowMs' | 'endsWithinMs' | 'timezone'>;

/** An answer as lines: the cause, then each job of the chain with its terms and entries. */
export function printAnswer(
  answer: WhyAnswer,
  { calls, paint, ...context }: TextContext & { readonly calls: CallCounts; readonly paint: Paint },
): readonly string[] {
  const chain = toChainOfAnswers(answer);
  return [
    paint('bold', answer.cause),
    ...chain.flatMap((one) => ['', ...printJob(one, context, paint)]),
    '',
    paint(
      'dim',
      `times in ${context.timezone}; ${calls.autosys} reads of AutoSys, ${calls.ledger} of the ledger`,
    ),
  ];
}

/** The answers of a chain, the first job first. */
export function toChainOfAnswers(answer: WhyAnswer): readonly WhyAnswer[] {
  return answer.next ? [answer, ...toChainOfAnswers(answer.next)] : [answer];
}

function printJob(answer: WhyAnswer, context: TextContext, paint: Paint): readonly string[] {
  const { instance, job, reading, condition, terms, obstacles, start, launch } = answer;
  const shown = reading ? describeShownJob(reading, context) : states[answer.outcome];
  const own = answer.entries.filter(({ stored }) => stored.key !== start?.entry?.stored.key);
  return [
    `${paint('bold', job)} on ${instance}`,
    `  state      ${shown}`,
    ...obstacles.map(({ text, ends }) => `  obstacle   ${text}; what ends the wait: ${ends}`),
    ...(condition
      ? [`  condition  ${condition.text}  is ${condition.truth} (read from ${condition.source})`]
      : []),
    ...terms.flatMap((term) => printTerm(term, context, paint)),
    ...(start ? [`  started    ${start.text}`] : []),
    ...(start?.entry ? printEntry(start.entry, context) : []),
    ...own.flatMap((entry) => printEntry(entry, context)),
    ...(launch?.run ? [`  in AWS     ${describeAwsRun(launch.run, context)}`] : []),
    ...answer.members.map((text) => `  member     ${text}`),
    ...answer.unread.map((text) => `  ${paint('yellow', 'not read')}   ${text}`),
  ];
}

const colours = { true: 'green', false: 'red', unknown: 'yellow' } as const;

function printTerm(term: TermAnswer, context: TextContext, paint: Paint): readonly string[] {
  const { text, truth, blocks, because, ends, entry } = term;
  return [
    `  ${paint(colours[truth], truth.padEnd(7))}    ${text}${blocks ? '  (blocks)' : ''}`,
    `             ${because}`,
    ...(ends === undefined ? [] : [`             what ends the wait: ${ends}`]),
    ...(entry ? printEntry(entry, context) : []),
  ];
}

/** An entry: effect and source, its run in AWS, its times, and what it waits for. */
function printEntry(
  { stored, run, group, wait, passed = [] }: ExplainedEntry,
  context: TextContext,
): readonly string[] {
  const { key, entry } = stored;
  const indent = '             ';
  return [
    `${indent}bridge  ${describeEffect(entry)}, ${describeSource(entry.cause)}, event ${entry.cause.eventId}`,
    ...(run ? [`${indent}run     ${describeAwsRun(run, context)}, ${run.version.run}`] : []),
    ...(group ? printGroupFacts(group, context).map((line) => `${indent}${line}`) : []),
    ...(entry.kind === 'invalidEffect' ? [] : [`${indent}times   ${printTimes(entry, context)}`]),
    ...passed.map((one) => `${indent}delayed ${describePassedOutage(one, context.formatTime)}`),
    ...(wait ? [`${indent}waits   ${wait.text}; ${wait.ends}`] : []),
    ...(wait?.command === undefined ? [] : [`${indent}command ${wait.command}`]),
    `${indent}key     ${quoteForShell(key)}`,
  ];
}

function printTimes(entry: Entry, { formatTime }: TextContext): string {
  const { changedInAwsMs, isEnd, receivedMs, sentMs, acceptedMs, shownMs } = toEntryTimes(entry);
  const parts: readonly (readonly [string, number | undefined])[] = [
    [isEnd ? 'ended in AWS' : `${entry.version.status} in AWS`, changedInAwsMs],
    ['received', receivedMs],
    ['sent', sentMs],
    ['accepted', acceptedMs],
    ['shown', shownMs],
  ];
  return parts
    .flatMap(([name, ms]) => (ms === undefined ? [] : [`${name} ${formatTime(ms)}`]))
    .join(', ');
}
