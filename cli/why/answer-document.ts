import type { Outage } from '../../lambda/ledger/outage.ts';
import { isOver } from '../../lambda/workload/workload.ts';
import { toDocument } from '../ledger/describe.ts';
import type { CallCounts } from './call-budget.ts';
import { type RunTextFacts, toExpectedEndMs } from './describe-run.ts';
import { toEntryTimes } from './entry-times.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import { toChainOfAnswers } from './print-answer.ts';
import { toGroupFactsDocument } from './print-group-facts.ts';
import type { StartCause, TermAnswer, WhyAnswer } from './why-answer.ts';

type DocumentContext = Pick<RunTextFacts, 'endsWithinMs'>;

/** An answer for --json: the cause, then each job of the chain. Instants are in UTC. */
export function toAnswerDocument(
  answer: WhyAnswer,
  context: DocumentContext & { readonly calls: CallCounts; readonly timezone: string },
) {
  const { instance, job, outcome, cause } = answer;
  return {
    ...{ instance, job, outcome, cause },
    timezone: context.timezone,
    chain: toChainOfAnswers(answer).map((one) => toJobDocument(one, context)),
    calls: context.calls,
  };
}

function toJobDocument(answer: WhyAnswer, context: DocumentContext) {
  const { job, outcome, cause, reading, condition, terms, obstacles, start, entries } = answer;
  const { launch, members, unread, chainEnd } = answer;
  return {
    ...{ job, outcome, cause },
    ...(reading && {
      status: reading.status,
      onNoExec: reading.onNoExec,
      lastRun: reading.lastRun,
    }),
    ...(condition && { condition }),
    terms: terms.map((term) => toTermDocument(term, context)),
    obstacles,
    ...(start && { start: toStartDocument(start, context) }),
    entries: entries.map((entry) => toEntryDocument(entry, context)),
    ...(launch && {
      launch: {
        name: launch.launch.name,
        stage: launch.launch.stage,
        ...(launch.run && { run: toRunDocument(launch.run, context) }),
      },
    }),
    members,
    unread,
    ...(chainEnd && { chainEnd }),
  };
}

function toTermDocument({ entry, ...term }: TermAnswer, context: DocumentContext) {
  return { ...term, ...(entry && { entry: toEntryDocument(entry, context) }) };
}

function toStartDocument({ entry, ...start }: StartCause, context: DocumentContext) {
  return { ...start, ...(entry && { entry: toEntryDocument(entry, context) }) };
}

function toEntryDocument(
  { stored, run, group, wait, passed = [] }: ExplainedEntry,
  context: DocumentContext,
) {
  const { history: _, ...document } = toDocument(stored);
  const { entry } = stored;
  return {
    ...document,
    ...(entry.kind !== 'invalidEffect' && { times: toTimesDocument(entry) }),
    ...(run && { awsRun: toRunDocument(run, context) }),
    ...(group && { group: toGroupFactsDocument(group) }),
    ...(wait && { wait }),
    ...(passed.length > 0 && { passedOutages: passed.map(toOutageDocument) }),
  };
}

function toOutageDocument({ outage: kind, fromMs, untilMs, reason }: Outage) {
  return { kind, from: new Date(fromMs), ...toInstant('until', untilMs), reason };
}

function toTimesDocument(entry: Parameters<typeof toEntryTimes>[0]) {
  const { changedInAwsMs, isEnd, receivedMs, sentMs, acceptedMs, shownMs } = toEntryTimes(entry);
  return {
    ...toInstant(isEnd ? 'endedInAwsAt' : 'changedInAwsAt', changedInAwsMs),
    ...toInstant('receivedAt', receivedMs),
    ...toInstant('sentAt', sentMs),
    ...toInstant('acceptedAt', acceptedMs),
    ...toInstant('shownAt', shownMs),
  };
}

function toInstant(name: string, ms: number | undefined): Readonly<Record<string, Date>> {
  return ms === undefined ? {} : { [name]: new Date(ms) };
}

function toRunDocument(run: NonNullable<ExplainedEntry['run']>, context: DocumentContext) {
  const { called, account, region, version } = run;
  return {
    ...{ run: version.run, called, account, region, status: version.status },
    beganAt: new Date(version.beganMs),
    ...toInstant(isOver(version.status) ? 'endedAt' : 'changedAt', version.changedMs),
    ...toInstant('expectedEndAt', toExpectedEndMs(run, context)),
  };
}
