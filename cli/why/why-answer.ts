import type { JobReading } from '../../autosys/client/index.ts';
import type { Truth } from '../../autosys/condition/index.ts';
import type { AutosysInstance, JobName } from '../../autosys/names.ts';
import type { ExplainedEntry } from './explain-entry.ts';
import type { StartObstacle } from './obstacles.ts';
import type { LaunchedRun } from './read-ledger.ts';

/** One term of a condition, with its present truth. */
export interface TermAnswer {
  /** As printed: `s(EXTRACT)`. */
  readonly text: string;
  readonly truth: Truth;
  /** Whether the condition is not true because of it. */
  readonly blocks: boolean;
  /** The present state of its job or variable. */
  readonly because: string;
  /** What would make it true. Absent if it is true. */
  readonly ends?: string;
  /** What the bridge has set its variable or its job to. */
  readonly entry?: ExplainedEntry;
  /** A job of this instance that the term names. */
  readonly job?: JobName;
  /** True if its job itself waits, so that the chain goes on there. */
  readonly waitsItself?: true;
}

/** What started the last run of a job. */
export interface StartCause {
  readonly by: 'bridge' | 'variable' | 'job' | 'box' | 'schedule' | 'operator' | 'unknown';
  /** A clause: what started it. */
  readonly text: string;
  readonly at?: Date;
  /** The entry of the bridge that started it, or that set the variable. */
  readonly entry?: ExplainedEntry;
  /** The job or box whose change started it, for which the chain goes on. */
  readonly job?: JobName;
}

/**
 * Why a job waits, or why it started.
 *
 * - `waits`: it is not running, and this says what it waits for
 * - `started`: it is active
 * - `ended`: its last run has ended, and nothing that AutoSys shows prevents its next start
 * - `unknownJob`: AutoSys has no such job
 * - `unread`: AutoSys does not show its status or its definition
 */
export interface WhyAnswer {
  readonly instance: AutosysInstance;
  readonly job: JobName;
  readonly outcome: 'waits' | 'started' | 'ended' | 'unknownJob' | 'unread';
  /** The answer in one line. */
  readonly cause: string;
  readonly reading?: JobReading;
  /** The condition as printed, its truth, and where it was read. */
  readonly condition?: { readonly text: string; readonly truth: Truth; readonly source: string };
  /** Box of the job. Absent if it is in none, or its definition could not be read. */
  readonly box?: JobName;
  /** The next start time. Absent if the job has no start times. */
  readonly startTimes?: { readonly next?: Date };
  readonly terms: readonly TermAnswer[];
  readonly obstacles: readonly StartObstacle[];
  readonly start?: StartCause;
  /** The effects of the bridge on the job itself that have a meaning for the answer. */
  readonly entries: readonly ExplainedEntry[];
  readonly launch?: LaunchedRun;
  /** Of a running box: its members that have not ended. */
  readonly members: readonly string[];
  /** What could not be read, and why. */
  readonly unread: readonly string[];
  /** The answer for the job that this one waits for, or that started it. */
  readonly next?: WhyAnswer;
  /**
   * Why the chain ends here although another job follows: `cycle`, the jobs wait for each other;
   * `cut`, it is longer than an answer follows. The last one is the job that was not followed.
   */
  readonly chainEnd?: { readonly kind: 'cycle' | 'cut'; readonly jobs: readonly JobName[] };
}
