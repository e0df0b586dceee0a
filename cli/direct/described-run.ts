import type { DescribedBatchJob, DescribedExecution } from '../../lambda/aws/lookup.ts';
import { type Run, updateRun } from '../../lambda/ledger/run.ts';
import type { Home } from '../../lambda/routing/routes.ts';
import {
  type RecoveredEvent,
  toBatchJobEvent,
  toRecoveredExecutionEvent,
} from '../../lambda/sweep/recovered-event.ts';
import { readWorkloadEvent } from '../../lambda/workload/read/index.ts';
import { toVersion } from '../../lambda/workload/version.ts';

/** A run as AWS has described it, or why the answer cannot be read. */
export type DescribedRun =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads an execution as the sweep does. Pure. */
export function readDescribedExecution(
  execution: DescribedExecution,
  home: Home,
  askedAt: Date,
): DescribedRun {
  return readRun(toRecoveredExecutionEvent(execution, { ...home, askedAt }), askedAt);
}

/** Reads a Batch job as the sweep does. Pure. */
export function readDescribedJob(job: DescribedBatchJob, home: Home, askedAt: Date): DescribedRun {
  return readRun(toBatchJobEvent(job, { ...home, askedAt }), askedAt);
}

function readRun(recovered: RecoveredEvent, askedAt: Date): DescribedRun {
  const reading = readWorkloadEvent(recovered, askedAt);
  switch (reading.kind) {
    case 'event': {
      const { event } = reading;
      const routes = [{ name: 'direct', endsWithinMs: 0 }];
      const version = toVersion(event);
      const nowMs = askedAt.getTime();
      const run = updateRun(undefined, { event, version, routes, decisions: [], nowMs });
      return { kind: 'run', run };
    }
    case 'ignored':
      return { kind: 'unreadable', reason: reading.reason };
    case 'invalid':
      return { kind: 'unreadable', reason: reading.error.message };
    default:
      return reading satisfies never;
  }
}
