import type { NoAnswer } from '../aws/lookup.ts';
import type { ReportResult } from '../delivery/report-result.ts';
import type { ErrorDescription } from '../errors.ts';
import type { Run } from '../ledger/run.ts';
import type { WorkloadEvent, WorkloadStatus } from '../workload/workload.ts';
import type { RecoveredEvent } from './recovered-event.ts';

/** Answer of AWS about one run. A run that AWS knows is converted to an event. */
export type RunLookup =
  | { readonly kind: 'event'; readonly event: RecoveredEvent }
  | { readonly kind: 'unknown' }
  | NoAnswer;

/** Result of asking AWS about one run. */
export type RunAnswerResult =
  /** The run had changed without an event. The change was reported to AutoSys. */
  | { readonly kind: 'recovered'; readonly event: WorkloadEvent; readonly report: ReportResult }
  /** The run has ended. No route matches, or its account is no longer allowed; nothing was lost. */
  | { readonly kind: 'ended'; readonly event: WorkloadEvent; readonly reason: string }
  /** The run is in the state that the ledger has. */
  | { readonly kind: 'still'; readonly run: Run; readonly status: WorkloadStatus }
  /** AWS gave no answer, or one that cannot be parsed. The run is looked up again later. */
  | {
      readonly kind: 'unanswered';
      readonly run: Run;
      readonly why: NoAnswer['kind'] | 'unreadable';
      readonly reason: string;
    }
  /** AWS no longer knows the run, or could not be asked for too long. Its end stays unknown. */
  | { readonly kind: 'lost'; readonly run: Run; readonly reason: string }
  /** The ledger failed, or the row of the run is invalid. */
  | { readonly kind: 'failed'; readonly key: string; readonly error: ErrorDescription };
