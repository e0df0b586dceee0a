/**
 * Every status a job can have: the word, the two letters of autorep, the number AEWS answers with.
 *
 * Numbers 1 to 12 and 14: CA MDB r11 seed data (documented); 13, 15 and 16: a third-party console's table (seen in code);
 * SUSPENDED has none that anybody published. Letters: AutoSys 11.3.6 reference, but WR (inferred).
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

/** A job's status in AutoSys's own word. */
export type JobStatus = keyof typeof statuses;
/** A job's status in the two letters of autorep's ST column. */
export type StatusLetters = (typeof statuses)[JobStatus]['letters'];

/** All status words, in the order of the vendor's numbers. */
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

/** The two letters autorep prints for a status. */
export function toLetters(status: JobStatus): StatusLetters {
  return statuses[status].letters;
}

/** The vendor's number for a status, or `undefined` for SUSPENDED, whose number nobody published. */
export function toStatusNumber(status: JobStatus): number | undefined {
  return statuses[status].number;
}

/** Whether the text is a status word, in AutoSys's upper-case spelling. */
export function isJobStatus(text: string): text is JobStatus {
  return Object.hasOwn(statuses, text);
}

/** Reads a status written in any of the three ways (`SUCCESS`, `SU`, `4`); `undefined` where it is none of them. */
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

/** What `n()` calls running: the job has begun and is not over (AutoSys 11.3.6 reference, notrunning). */
export function isActive(status: JobStatus): boolean {
  return (
    status === 'STARTING' ||
    status === 'RUNNING' ||
    status === 'WAIT_REPLY' ||
    status === 'RESTART' ||
    status === 'SUSPENDED'
  );
}
