/**
 * Every job status: its name, the two letters of autorep, and the number in AEWS replies.
 *
 * Numbers 1 to 12 and 14: CA MDB r11 seed data (documented). Numbers 13, 15 and 16: the table of a
 * third-party console (seen in code). SUSPENDED has no published number. Letters: AutoSys 11.3.6
 * reference, except WR (inferred).
 */
const statuses = {
  RUNNING: { letters: 'RU', number: 1 },
  STARTING: { letters: 'ST', number: 3 },
  SUCCESS: { letters: 'SU', number: 4 },
  FAILURE: { letters: 'FA', number: 5 },
  TERMINATED: { letters: 'TE', number: 6 },
  ON_ICE: { letters: 'OI', number: 7 },
  INACTIVE: { letters: 'IN', number: 8 },
  ACTIVATED: { letters: 'AC', number: 9 },
  RESTART: { letters: 'RE', number: 10 },
  ON_HOLD: { letters: 'OH', number: 11 },
  QUE_WAIT: { letters: 'QU', number: 12 },
  WAIT_REPLY: { letters: 'WR', number: 13 },
  PEND_MACH: { letters: 'PE', number: 14 },
  RESWAIT: { letters: 'RW', number: 15 },
  ON_NOEXEC: { letters: 'NE', number: 16 },
  SUSPENDED: { letters: 'SP', number: undefined },
} as const;

/** A job status by its AutoSys name. */
export type JobStatus = keyof typeof statuses;
/** A job status by the two letters in the ST column of autorep. */
export type StatusLetters = (typeof statuses)[JobStatus]['letters'];

/** All status names, in the order of the vendor's numbers. */
export const jobStatuses = Object.keys(statuses) as readonly JobStatus[];

const statusByLetters: ReadonlyMap<string, JobStatus> = new Map(
  jobStatuses.map((status) => [statuses[status].letters, status]),
);
const statusByNumber: ReadonlyMap<number, JobStatus> = new Map(
  jobStatuses.flatMap((status) => {
    const { number } = statuses[status];
    return number === undefined ? [] : [[number, status]];
  }),
);

/** The two letters that autorep prints for a status. */
export function toLetters(status: JobStatus): StatusLetters {
  return statuses[status].letters;
}

/** The vendor's number of a status. `undefined` for SUSPENDED, which has no published number. */
export function toStatusNumber(status: JobStatus): number | undefined {
  return statuses[status].number;
}

/** Whether the text is a status name, in upper case. */
export function isJobStatus(text: string): text is JobStatus {
  return Object.hasOwn(statuses, text);
}

/**
 * Reads a status as name, letters or number (`SUCCESS`, `SU`, `4`). `undefined` for other texts.
 */
export function readJobStatus(text: string): JobStatus | undefined {
  const upper = text.trim().toUpperCase();
  if (isJobStatus(upper)) return upper;
  if (/^\d+$/.test(upper)) return statusByNumber.get(Number(upper));
  return statusByLetters.get(upper);
}

/** SUCCESS, FAILURE and TERMINATED: the run is over. */
export function isTerminal(status: JobStatus): boolean {
  return status === 'SUCCESS' || status === 'FAILURE' || status === 'TERMINATED';
}

/** Whether `n()` treats the status as running (AutoSys 11.3.6 reference, notrunning). */
export function isActive(status: JobStatus): boolean {
  return (
    status === 'STARTING' ||
    status === 'RUNNING' ||
    status === 'WAIT_REPLY' ||
    status === 'RESTART' ||
    status === 'SUSPENDED'
  );
}
