import { type DescribeBatchJobs, type DescribeExecution, maxDescribedJobs } from '../aws/lookup.ts';
import { describeError } from '../errors.ts';
import type { Table } from '../ledger/table.ts';
import {
  type AnswerDeps,
  createSettleAnswer,
  type RunAnswerResult,
  type RunLookup,
} from './answer.ts';
import { callsPerSecond } from './budget.ts';
import { createOpenRuns, type OpenRun } from './open-runs.ts';
import {
  createRateLimiter,
  isTimeOver,
  type RateLimiter,
  type RateLimiterDeps,
  type RatePermit,
} from './rate-limiter.ts';
import { toBatchJobEvent, toRecoveredExecutionEvent } from './recovered-event.ts';

export interface AskDeps extends Omit<AnswerDeps, 'runs'>, RateLimiterDeps {
  readonly table: Table;
  readonly describeExecution: DescribeExecution;
  readonly describeBatchJobs: DescribeBatchJobs;
}

/** A sweep at work, and who hears what came of each run. */
interface Shift extends RatePermit {
  readonly tell: (asked: RunAnswerResult) => void;
}

/** A run that waits for its answer. */
interface Held {
  readonly key: string;
  readonly open: OpenRun;
}

/**
 * Binds the asking: AWS is asked about the runs whose end nobody announced in time, the oldest first.
 *
 * The agenda is the cursor: a run that was answered is closed or postponed, so the next sweep goes on behind it. Two sweeps
 * at once ask twice and tell once, since the ledger knows the second as a duplicate.
 */
export function createAsk(deps: AskDeps) {
  const { now, describeExecution, describeBatchJobs } = deps;
  const runs = createOpenRuns(deps);
  const settleAnswer = createSettleAnswer({ ...deps, runs });

  /** Asks until nobody is left to ask about or the time is over; `tell` hears what came of each run. */
  return async (pass: RatePermit, tell: (asked: RunAnswerResult) => void): Promise<void> => {
    const shift = { ...pass, tell };
    const keys = await runs.list();
    const places = Map.groupBy(keys.filter(isExecution), toPlaceOfExecution);
    const batchJobs = keys.filter((key) => !isExecution(key));
    await Promise.all([
      ...[...places.values()].map((ofPlace) => askExecutions(ofPlace, shift)),
      askBatchJobs(batchJobs, shift),
    ]);
  };

  /** All of one account and Region, one by one. */
  async function askExecutions(keys: readonly string[], shift: Shift): Promise<void> {
    const rateLimiter = createRateLimiter(deps, shift, callsPerSecond.execution);
    for (const key of keys) {
      if (isTimeOver(shift, now())) break;
      const open = await take(key, shift);
      if (open === undefined) continue;
      const { version, account, region } = open.run;
      const answer = await rateLimiter.ask(() => describeExecution(version.run, shift.signal));
      if (answer === undefined) break;
      const asking = { account, region, askedAt: now() };
      const answered: RunLookup =
        answer.kind === 'found'
          ? { kind: 'event', event: toRecoveredExecutionEvent(answer.execution, asking) }
          : answer;
      await rateLimiter.start(() => settle(key, open, answered, shift));
    }
    await rateLimiter.close();
  }

  /**
   * All accounts and Regions, by the hundred: only the row of a Batch job tells where it is. Each place has a line of
   * its own, so that nobody waits for one that does not answer.
   */
  async function askBatchJobs(keys: readonly string[], shift: Shift): Promise<void> {
    const rateLimiters = new Map<string, RateLimiter>();
    const lines = new Map<string, Promise<void>>();
    for (let at = 0; at < keys.length && !isTimeOver(shift, now()); at += maxDescribedJobs) {
      const taken = await Promise.all(
        keys.slice(at, at + maxDescribedJobs).map(async (key) => {
          const open = await take(key, shift);
          return open && { key, open };
        }),
      );
      const held = taken.filter((one) => one !== undefined);
      for (const [place, ofPlace] of Map.groupBy(held, toPlaceOfJob)) {
        const rateLimiter =
          rateLimiters.get(place) ?? createRateLimiter(deps, shift, callsPerSecond.batchJob);
        rateLimiters.set(place, rateLimiter);
        const before = lines.get(place) ?? Promise.resolve();
        lines.set(
          place,
          before.then(() => askTogether(ofPlace, rateLimiter, shift)),
        );
      }
    }
    await Promise.all(lines.values());
    await Promise.all([...rateLimiters.values()].map((rateLimiter) => rateLimiter.close()));
  }

  /** @param held of one place, a hundred at most */
  async function askTogether(
    held: readonly Held[],
    rateLimiter: RateLimiter,
    shift: Shift,
  ): Promise<void> {
    const [first] = held;
    if (first === undefined) return;
    const { account, region } = first.open.run;
    const batchJobIds = held.map(({ open }) => open.run.version.run);
    const answer = await rateLimiter.ask(() =>
      describeBatchJobs({ account, region, batchJobIds }, shift.signal),
    );
    if (answer === undefined) return;
    const asking = { account, region, askedAt: now() };
    const toAnswer = (batchJobId: string): RunLookup => {
      if (answer.kind !== 'found') return answer;
      const job = answer.jobs.find(({ jobId }) => jobId === batchJobId);
      return job === undefined
        ? { kind: 'unknown' }
        : { kind: 'event', event: toBatchJobEvent(job, asking) };
    };
    for (const { key, open } of held) {
      await rateLimiter.start(() => settle(key, open, toAnswer(open.run.version.run), shift));
    }
  }

  /** The run as it stands, where it is still to be asked about. */
  async function take(key: string, { tell }: Shift): Promise<OpenRun | undefined> {
    try {
      return await runs.read(key);
    } catch (error) {
      tell({ kind: 'failed', key, error: describeError(error) });
      return undefined;
    }
  }

  async function settle(
    key: string,
    open: OpenRun,
    answer: RunLookup,
    shift: Shift,
  ): Promise<void> {
    try {
      const asked = await settleAnswer(key, open, answer, shift.signal);
      if (asked) shift.tell(asked);
    } catch (error) {
      // The run stays on the agenda, and must not keep the others waiting.
      shift.tell({ kind: 'failed', key, error: describeError(error) });
    }
  }
}

/** The key of a run tells what it is: an execution by its ARN, which names its place; a Batch job by its id. */
function isExecution(key: string): boolean {
  return key.startsWith('run arn:');
}

function toPlaceOfExecution(key: string): string {
  const [, , , region, account] = key.split(':');
  return `${account} ${region}`;
}

function toPlaceOfJob({ open }: Held): string {
  return `${open.run.account} ${open.run.region}`;
}
