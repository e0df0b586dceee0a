/** Seconds between two looks in the first minute of a run. */
const firstSeconds = 5;
/** Seconds between two looks afterwards: at least, and at most for a run of an hour or more. */
const laterSeconds = { min: 15, max: 30 } as const;
/** Beyond half an hour, a look follows after this part of the age of the run. */
const partOfAge = 120;
/** Random part that is added, so that commands that were started together do not stay in step. */
const jitterPart = 0.2;

/**
 * Seconds until direct mode asks AWS again: 5 to 6 in the first minute, then 15 to 18, and up to 36
 * for a run of hours. Pure.
 *
 * DescribeExecution allows 15 calls a second for an account and Region (service quotas): 40 commands
 * that were started together make at most 8 a second, and 3 after the first minute.
 *
 * @param ageMs time since the start of the run
 * @param random from 0 to 1
 */
export function toDirectPollSeconds(ageMs: number, random: number): number {
  const age = ageMs / 1_000;
  const { min, max } = laterSeconds;
  const seconds = age < 60 ? firstSeconds : Math.min(max, Math.max(min, age / partOfAge));
  return Math.round(seconds * (1 + jitterPart * random) * 1_000) / 1_000;
}
