import type {
  DescribeBatchJobs,
  DescribedBatchJob,
  DescribedExecution,
  DescribeExecution,
} from '../../../lambda/aws/lookup.ts';
import type { Run } from '../../../lambda/ledger/run.ts';
import { createRuns, toRunKey, toRunKeyPrefix } from '../../../lambda/ledger/run-row.ts';
import { type AskDeps, createAsk } from '../../../lambda/sweep/ask.ts';
import type { RunAnswerResult } from '../../../lambda/sweep/run-answer.ts';
import type { WorkloadEvent } from '../../../lambda/workload/workload.ts';
import { toWorkloadEvent } from '../../support/read-event.ts';
import { aRig } from '../delivery/rig.ts';
import { asking } from './lookup.ts';

/** Scripted answer of AWS about one run. */
type Scripted<Found> = Found | 'throttled' | 'denied' | 'unavailable';

/** Runs sweeps over the ledger of the rig of the report function, with a scripted AWS. */
export function aSweepRig(options: Parameters<typeof aRig>[0] = {}) {
  const rig = aRig(options);
  const runs = createRuns(rig);
  /** By execution ARN; a missing execution is unknown. */
  const executions: Record<string, Scripted<DescribedExecution>> = {};
  /** By job id. */
  const batchJobs: Record<string, DescribedBatchJob> = {};
  /** Accounts without a role for the sweep. */
  const withoutRole = new Set<string>();
  /**
   * The calls, in order: an ARN; or Region and number of ids, after the account if it is another
   * one.
   */
  const calls: string[] = [];

  const describeExecution: DescribeExecution = async (executionArn) => {
    calls.push(executionArn);
    if (withoutRole.has(executionArn.split(':')[4] ?? ''))
      return { kind: 'noRole', reason: 'Scripted' };
    const known = executions[executionArn];
    if (known === undefined) return { kind: 'unknown' };
    return typeof known === 'string'
      ? { kind: known, reason: 'Scripted' }
      : { kind: 'found', execution: known };
  };
  const describeBatchJobs: DescribeBatchJobs = async ({ account, region, batchJobIds }) => {
    const otherAccount = account === asking.account ? '' : `${account} `;
    calls.push(`${otherAccount}${region} ${batchJobIds.length}`);
    if (withoutRole.has(account)) return { kind: 'noRole', reason: 'Scripted' };
    return { kind: 'found', jobs: batchJobIds.flatMap((id) => batchJobs[id] ?? []) };
  };

  /** Makes one sweep run in its own sandbox. */
  const sweep = async ({
    forMs = 45_000,
    signal = new AbortController().signal,
    deps = {},
    sandbox: ports = {},
  }: {
    readonly forMs?: number;
    readonly signal?: AbortSignal;
    readonly deps?: Partial<AskDeps>;
    readonly sandbox?: Parameters<typeof rig.open>[0];
  } = {}): Promise<readonly RunAnswerResult[]> => {
    const sandbox = rig.open(ports);
    const ask = createAsk({
      table: rig.table,
      now: rig.now,
      sleep: async (ms) => rig.advance(ms),
      report: ({ body }) => sandbox.take(JSON.parse(body)),
      describeExecution,
      describeBatchJobs,
      ...deps,
    });
    const all: RunAnswerResult[] = [];
    const deadline = { untilMs: rig.now().getTime() + forMs, signal };
    await ask(deadline, (result) => all.push(result));
    return all;
  };

  return {
    ...rig,
    executions,
    batchJobs,
    withoutRole,
    calls,
    sweep,
    /** Records a run in the ledger like its event does, and waits until it is due for a lookup. */
    recordEvent: async (awsEvent: unknown, endsWithinMs = 3_600_000): Promise<WorkloadEvent> => {
      const event = toWorkloadEvent(awsEvent);
      const eventMs = event.emittedAt.getTime();
      const until = (ms: number) => rig.advance(Math.max(0, ms - rig.now().getTime()));
      until(eventMs);
      await runs(event, [{ name: 'settlement', endsWithinMs }]).record([]);
      until(eventMs + endsWithinMs);
      return event;
    },
    /** The newest row of a run. @param run execution ARN or Batch job id */
    run: async (run: string): Promise<Run | undefined> =>
      rig.table.written.findLast(
        ({ key }) => key === toRunKey({ run, beganMs: 0 }) || key.startsWith(toRunKeyPrefix(run)),
      )?.body as Run | undefined,
  };
}
