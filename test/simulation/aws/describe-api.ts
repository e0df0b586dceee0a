import type {
  DescribeBatchJobs,
  DescribedBatchJob,
  DescribedExecution,
  DescribeExecution,
  NoAnswer,
} from '../../../lambda/aws/lookup.ts';
import type { AwsEvent } from '../../support/builders.ts';
import type { World } from '../world.ts';
import type { Run } from './runs.ts';

/**
 * Maximum lag of AWS descriptions behind the actual state, in milliseconds. They are eventually
 * consistent.
 */
const lagMs = 2_000;

/** The simulated DescribeExecution and DescribeJobs, answered from the runs of the scenario. */
export class DescribeApi {
  /** Probability that a call fails. */
  failureProbability = 0;
  readonly #world: World;
  readonly #runsById: ReadonlyMap<string, readonly Run[]>;

  constructor(world: World, runs: readonly Run[]) {
    this.#world = world;
    this.#runsById = Map.groupBy(runs, ({ id }) => id);
  }

  execution(executionArn: string): Awaited<ReturnType<DescribeExecution>> {
    this.#world.count('AWS lookups');
    const noAnswer = this.#fail();
    if (noAnswer) return noAnswer;
    const newest = this.#newestOf(executionArn);
    return newest ? { kind: 'found', execution: toExecution(newest) } : { kind: 'unknown' };
  }

  batchJobs(batchJobIds: readonly string[]): Awaited<ReturnType<DescribeBatchJobs>> {
    this.#world.count('AWS lookups');
    const noAnswer = this.#fail();
    if (noAnswer) return noAnswer;
    const jobs = batchJobIds.flatMap((id) => {
      const newest = this.#newestOf(id);
      return newest ? [newest.detail as unknown as DescribedBatchJob] : [];
    });
    return { kind: 'found', jobs };
  }

  #newestOf(id: string): AwsEvent | undefined {
    const asOfMs = this.#world.nowMs - this.#world.between(0, lagMs);
    const changes = this.#runsById.get(id)?.flatMap((run) => run.changes);
    return changes?.findLast(({ atMs }) => atMs <= asOfMs)?.event;
  }

  #fail(): NoAnswer | undefined {
    if (!this.#world.chance(this.failureProbability)) return undefined;
    this.#world.count('AWS lookups failed');
    return {
      kind: this.#world.pick(['throttled', 'unavailable', 'denied']),
      reason: 'simulated failure',
    };
  }
}

/**
 * Converts an event detail, which equals the answer of DescribeExecution except for its instants.
 */
function toExecution({ detail }: AwsEvent): DescribedExecution {
  const { startDate, stopDate, redriveDate, ...rest } = detail;
  return {
    ...(rest as Omit<DescribedExecution, 'startDate' | 'stopDate' | 'redriveDate'>),
    startDate: toInstant(startDate),
    stopDate: toInstant(stopDate),
    redriveDate: toInstant(redriveDate),
  };
}

function toInstant(ms: unknown): Date | undefined {
  return typeof ms === 'number' ? new Date(ms) : undefined;
}
