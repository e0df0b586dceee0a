import type { BatchSubmission } from '../../lambda/aws/start-result.ts';
import type { Launch } from '../../lambda/launch/launch.ts';
import type { LaunchedRuns } from '../../lambda/launch/launched-runs.ts';
import type { Launches, StoredLaunch } from '../../lambda/launch/launches.ts';
import type { Run } from '../../lambda/ledger/run.ts';

/** The one launch of this process and its run, in place of the rows of the ledger. */
export interface RunMemory {
  readonly launches: Launches;
  readonly runs: LaunchedRuns;
  readonly launch: () => Launch | undefined;
  readonly run: () => Run | undefined;
  readonly setLaunch: (launch: Launch) => void;
  readonly setRun: (run: Run) => void;
  /** What was submitted, for the one further attempt. @default - no Batch job was submitted */
  readonly submission: () => BatchSubmission | undefined;
  readonly setSubmission: (submission: BatchSubmission) => void;
}

/** Creates the memory. One process has one writer, so no write is ever lost. */
export function createRunMemory(): RunMemory {
  let launch: Launch | undefined;
  let run: Run | undefined;
  let submission: BatchSubmission | undefined;
  const read = async (): Promise<StoredLaunch | undefined> => launch && { launch, revision: 1 };
  const write = async (changed: Launch): Promise<StoredLaunch> => {
    launch = changed;
    return { launch: changed, revision: 1 };
  };
  return {
    launches: {
      read,
      readByKey: read,
      readByName: async (name) => (launch?.name === name ? read() : undefined),
      write,
      change: (stored, change) => write(change(launch ?? stored.launch)),
    },
    runs: {
      read: async () => run,
      record: async () => {},
      askSoon: async () => {},
    },
    launch: () => launch,
    run: () => run,
    setLaunch: (changed) => {
      launch = changed;
    },
    setRun: (changed) => {
      run = changed;
    },
    submission: () => submission,
    setSubmission: (submitted) => {
      submission = submitted;
    },
  };
}
