/** Seconds between two looks: a part that is fixed, and one that is random. */
interface DirectPace {
  readonly fixed: number;
  readonly random: number;
}

/** In the first minute. Commands that were started together are spread over six seconds at once. */
const firstPace: DirectPace = { fixed: 4, random: 6 };
const laterPace: DirectPace = { fixed: 15, random: 6 };
/** From an age of an hour on. */
const longPace: DirectPace = { fixed: 30, random: 12 };
const hourMs = 3_600_000;

/**
 * Seconds until direct mode asks AWS again: 4 to 10 in the first minute, then 15 to 21, and 30 to 42
 * after an hour. Pure.
 *
 * DescribeExecution allows 15 calls a second for an account and Region (service quotas). 40 commands
 * that were started in the same instant make about 6 a second, and 2 after the first minute.
 *
 * @param ageMs time since the start of the run
 * @param random from 0 to 1
 */
export function toDirectPollSeconds(ageMs: number, random: number): number {
  const pace = ageMs < 60_000 ? firstPace : ageMs < hourMs ? laterPace : longPace;
  return Math.round((pace.fixed + pace.random * random) * 1_000) / 1_000;
}
