import { JobNotFoundError } from '../../../autosys/errors.ts';
import type { AutosysInstance, JobName } from '../../../autosys/names.ts';
import type { CircuitBreakers } from '../../circuit-breaker/circuit-breakers.ts';
import type { Autosys } from '../../delivery/autosys.ts';
import { toSendFailure } from '../../delivery/send.ts';
import { type Failure, isExpectedError } from '../../errors.ts';
import { JobListMemory, type JobQuery, toJobQueries } from './job-queries.ts';
import type { SeenJob } from './seen-job.ts';

/** The part of an AutoSys instance that waiting reads. */
export type WaitAutosys = Pick<Autosys, 'jobs' | 'drainPerSecond' | 'clockDiffers'> & {
  readonly port: Pick<Autosys['port'], 'readJob' | 'readJobEvents' | 'readJobRuns'>;
};

export interface ReadJobsDeps {
  readonly circuitBreakers: Pick<CircuitBreakers, 'ask' | 'failed' | 'succeeded'>;
  readonly autosysFor: (instance: AutosysInstance) => WaitAutosys;
  readonly now: () => Date;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Called with an error of the bridge's own code. */
  readonly onDefect: (error: unknown) => void;
}

/** Limits of the reads of one pass at one instance. */
export interface ReadLimits {
  /** Name of the pass for the circuit breaker. */
  readonly leaseOwner: string;
  /** After this instant no read starts, in epoch milliseconds. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
}

/** Result of one read that may be refused or fail. */
type Attempted<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** No further read is made in this pass. */
  | { readonly kind: 'stop'; readonly reason: string }
  /** AutoSys refused this read alone. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknownJob' };

/** Makes reads at one instance one after the other, at its rate, and respects its circuit breaker. */
export type MakeRead = <Answer>(
  read: (autosys: WaitAutosys, signal: AbortSignal) => Promise<Answer>,
) => Promise<Attempted<Answer>>;

/**
 * Creates the maker of reads of one pass. Reads are made one at a time, in the order of the calls, so
 * that a pass needs one login slot and keeps the rate.
 */
export function createMakeRead(
  deps: ReadJobsDeps,
  instance: AutosysInstance,
  { leaseOwner, untilMs, signal }: ReadLimits,
): MakeRead {
  const { circuitBreakers, now, sleep, onDefect } = deps;
  const autosys = deps.autosysFor(instance);
  let nextMs = 0;
  let stopped: string | undefined;
  let last: Promise<unknown> = Promise.resolve();

  return function makeRead(read) {
    const made = last.then(() => attempt(read));
    // A ledger that fails is the failure of that read alone.
    last = made.catch(() => undefined);
    return made;
  };

  async function attempt<Answer>(
    read: (autosys: WaitAutosys, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Attempted<Answer>> {
    if (stopped === undefined) stopped = await findObstacle();
    if (stopped !== undefined) return { kind: 'stop', reason: stopped };
    nextMs = now().getTime() + 1_000 / autosys.drainPerSecond;
    try {
      const answer = await read(autosys, signal);
      await circuitBreakers.succeeded(instance);
      return { kind: 'answered', answer };
    } catch (error) {
      if (error instanceof JobNotFoundError) {
        await circuitBreakers.succeeded(instance);
        return { kind: 'unknownJob' };
      }
      if (!isExpectedError(error)) onDefect(error);
      return recordFailure(toSendFailure(error));
    }
  }

  async function findObstacle(): Promise<string | undefined> {
    const waitMs = nextMs - now().getTime();
    if (waitMs > 0) await sleep(waitMs, signal).catch(() => undefined);
    if (signal.aborted || now().getTime() >= untilMs) return 'the time of this pass is over';
    const permit = await circuitBreakers.ask(instance, leaseOwner);
    return permit.kind === 'wait' ? permit.reason : undefined;
  }

  async function recordFailure(failure: Failure): Promise<Attempted<never>> {
    const reason = failure.error.message;
    if (failure.kind === 'refused') return { kind: 'refused', reason };
    if (!signal.aborted) await circuitBreakers.failed(instance, failure);
    const isHeld = failure.kind === 'unreached' && failure.held === true;
    if (failure.ofRequest && !isHeld) return { kind: 'refused', reason };
    stopped = reason;
    return { kind: 'stop', reason };
  }
}

/**
 * Reads jobs of one instance, and yields each as soon as it is read. A job that was not read is
 * `unread`, with the reason.
 */
export type ReadAwaitedJobs = (
  instance: AutosysInstance,
  names: readonly JobName[],
  makeRead: MakeRead,
) => AsyncGenerator<readonly [JobName, SeenJob], void>;

/**
 * Creates the reading of the awaited jobs of one instance: with as few lists as possible, and one by
 * one where lists are of no use.
 */
export function createReadAwaitedJobs({ now }: Pick<ReadJobsDeps, 'now'>): ReadAwaitedJobs {
  const memories = new Map<AutosysInstance, JobListMemory>();
  const nowMs = () => now().getTime();

  return async function* readJobs(instance, names, makeRead) {
    const memory = memories.get(instance) ?? new JobListMemory();
    memories.set(instance, memory);
    for (const query of toJobQueries(names, (pattern) => memory.isLong(pattern, nowMs()))) {
      const seen = new Map<JobName, SeenJob>();
      const rest = await readList(query, makeRead, { seen, memory });
      yield* seen;
      for (const name of rest) yield [name, await readOne(name, makeRead)];
    }
  };

  /** @returns the names that must be read alone */
  async function readList(
    query: JobQuery,
    makeRead: MakeRead,
    { seen, memory }: { readonly seen: Map<JobName, SeenJob>; readonly memory: JobListMemory },
  ): Promise<readonly JobName[]> {
    if (memory.isOff(nowMs()) || memory.isLong(query.pattern, nowMs())) return query.names;
    const read = await makeRead(({ jobs }, signal) =>
      jobs ? jobs.readJobs(query.pattern, { signal }) : Promise.resolve(noLists),
    );
    if (read.kind === 'stop') {
      for (const name of query.names) seen.set(name, { kind: 'unread', reason: read.reason });
      return [];
    }
    // One name may be refused; a list may be refused although each job may be read.
    if (read.kind !== 'answered') return query.names;
    if (read.answer.kind === 'unreadable') {
      // One job may be refused although others are listed.
      if (query.names.length > 1) memory.setUnusable(nowMs());
      else memory.avoid(query.pattern, nowMs());
      return query.names;
    }
    const { jobs, lines } = read.answer;
    if (query.names.length > 1) memory.learn(query, lines, nowMs());
    for (const name of query.names) {
      const job = jobs.get(name);
      if (job) seen.set(name, { kind: 'job', job });
    }
    return query.names.filter((name) => !seen.has(name));
  }
}

const noLists = { kind: 'unreadable', reason: 'this instance lists no jobs' } as const;

async function readOne(name: JobName, makeRead: MakeRead): Promise<SeenJob> {
  const read = await makeRead(({ port }, signal) => port.readJob(name, { signal }));
  switch (read.kind) {
    case 'answered':
      return { kind: 'job', job: read.answer };
    case 'unknownJob':
      return { kind: 'unknownJob' };
    default:
      return { kind: 'unread', reason: read.reason };
  }
}
