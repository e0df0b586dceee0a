import type { AutosysInstance } from '../../../autosys/names.ts';
import type { TaskCalls } from '../../aws/task-answer.ts';
import { ConcurrencyLimit } from '../../delivery/concurrency-limit.ts';
import { describeError, isExpectedError } from '../../errors.ts';
import { toRequestKey } from '../request-row.ts';
import type { KnownRequest, StoredRequests } from '../requests.ts';
import type { KnownWait } from './answer-wait.ts';
import { createPassCalls } from './pass-calls.ts';
import { createProcessWait, type ProcessWaitDeps } from './process-wait.ts';
import {
  createMakeRead,
  createReadAwaitedJobs,
  type ReadJobsDeps,
  type ReadLimits,
} from './read-jobs.ts';
import type { SeenJob } from './seen-job.ts';
import type { JobWaitStep, WaitFailure } from './wait-step.ts';

export interface WorkOnWaitsDeps extends Omit<ProcessWaitDeps, 'autosysFor'>, ReadJobsDeps {
  readonly requests: StoredRequests;
  readonly calls: TaskCalls;
}

/** Time limits of a pass. */
export type PassLimits = Pick<ReadLimits, 'untilMs' | 'signal'>;

/** What a pass did with one wait. */
export type PassResult = JobWaitStep | WaitFailure;

/** Number of waits that are read or processed at once. */
const concurrent = 5;
const unread = { kind: 'unread', reason: 'the job was not read' } as const;

/** Creates the work on certain waits of one instance: read their jobs, then process each. */
export function createWorkOnWaits(deps: WorkOnWaitsDeps) {
  const { requests, now, newLeaseId } = deps;
  const readJobs = createReadAwaitedJobs(deps);
  const processWait = createProcessWait(deps);

  /**
   * @param keys row keys of requests
   * @param options - `isCrowded`: there may be more waits than keys
   */
  return async function workOnWaits(
    instance: AutosysInstance,
    keys: readonly string[],
    options: PassLimits & { readonly isCrowded: boolean },
  ): Promise<readonly PassResult[]> {
    const { signal, isCrowded } = options;
    const results: PassResult[] = [];
    const waits: KnownWait[] = [];
    await inParallel(keys, async (key) => {
      const read = await guard(key, () => requests.readByKey(key));
      if (read?.kind === 'failed') results.push(read);
      else if (read?.done) waits.push(...toKnownWait(read.done));
    });
    const makeRead = createMakeRead(deps, instance, { ...options, leaseOwner: newLeaseId() });
    const context = { makeRead, calls: createPassCalls(deps.calls), signal };
    const work = new ConcurrencyLimit<PassResult>(concurrent);
    work.widen();
    const start = async (some: readonly KnownWait[], seen: SeenJob) => {
      for (const known of some) {
        await work.waitForRoom();
        work.start(async () => {
          const worked = await guard(toKeyOf(known), () => processWait(known, seen, context));
          return worked.kind === 'failed' ? worked : worked.done;
        });
      }
    };
    const isAnswered = ({ request: { wait } }: KnownWait) => wait.answering !== undefined;
    const open = waits.filter((one) => !isAnswered(one));
    const byJob = Map.groupBy(open, ({ request: { wait } }) => wait.job);
    try {
      await start(waits.filter(isAnswered), unread);
      // Many jobs take seconds to read, so each wait is worked on as soon as its job is read.
      for await (const [job, seen] of readJobs(instance, [...byJob.keys()], makeRead)) {
        await start(byJob.get(job) ?? [], seen);
      }
    } finally {
      await work.waitForAll();
    }
    results.push(...work.takeDone());
    if (isCrowded) await inParallel(waits, moveBack);
    return results;
  };

  /** With more waits than a pass has room for, those that were worked on go to the end of the list. */
  async function moveBack(known: KnownWait): Promise<void> {
    const key = toKeyOf(known);
    await guard(key, async () => {
      const latest = await requests.readByKey(key);
      const wait = latest?.request.wait;
      if (latest === undefined || wait === undefined) return;
      const { request, revision } = latest;
      await requests.write({ ...request, wait: { ...wait, nextMs: now().getTime() } }, revision);
    });
  }

  /** One row that fails must not stop the others. */
  async function guard<Done>(
    key: string,
    make: () => Promise<Done>,
  ): Promise<{ readonly kind: 'done'; readonly done: Done } | WaitFailure> {
    try {
      return { kind: 'done', done: await make() };
    } catch (error) {
      if (!isExpectedError(error)) deps.onDefect(error);
      return { kind: 'failed', key, error: describeError(error) };
    }
  }
}

function toKeyOf({ request }: KnownWait): string {
  return toRequestKey(request);
}

/** The request with its wait, if something is left to do. */
function toKnownWait({ request, revision }: KnownRequest): readonly KnownWait[] {
  const { wait, stage } = request;
  if (wait === undefined) return [];
  if (stage === 'ended' && wait.answering === undefined && wait.kill === undefined) return [];
  return [{ request: { ...request, wait }, revision }];
}

/** Works on some items at once. */
async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: concurrent }, worker));
}
