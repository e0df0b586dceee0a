/**
 * The protections of requests and waits. The simulator can disable each one, to prove that the judge
 * notices its absence.
 */
export const requestProtections = [
  /** The row of a request is written before anything is sent. */
  'row before the effect',
  /** The job is read before the start, and the reading is stored. */
  'job before the start',
  /** The result is written before it is sent. */
  'decision before the answer',
  /** A result that was not taken is sent again. */
  'answer sent again',
  /** A run is identified by its number. */
  'run number',
  /** Each run is attributed to one start. */
  'run of one request',
  /** A failure is read twice, and the retries of the job are awaited. */
  'second read of a failure',
  /** Requests are ordered by receipt, also where clocks differ. */
  'order of receipt',
  /** A run is killed only while AutoSys shows this run. */
  'kill of this run',
  /** The entry decides what may be asked. */
  'entry check',
  /** A waiting state gets heartbeats. */
  'heartbeat',
] as const;

export type RequestProtection = (typeof requestProtections)[number];

/** True when the text names a protection of requests. */
export function isRequestProtection(text: string): text is RequestProtection {
  return requestProtections.some((protection) => protection === text);
}
