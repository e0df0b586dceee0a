/** Seconds between two polls in the first minute of a run. */
const firstSeconds = 3;
/** Maximum seconds between two polls. */
const maxSeconds = 15;
/** A poll follows after this part of the age of the run. */
const partOfAge = 20;
/** Random part of a pause, so that waiting commands do not fall into step. */
const jitterPart = 0.1;

/**
 * Seconds until a waiting command asks again: 3 in the first minute, then a twentieth of the run's
 * age, at most 15, changed at random by at most a tenth. Pure.
 *
 * @param ageMs time since the start was requested
 * @param random from 0 to 1
 */
export function toPollSeconds(ageMs: number, random: number): number {
  const seconds = Math.min(maxSeconds, Math.max(firstSeconds, ageMs / 1_000 / partOfAge));
  return Math.round(seconds * (1 + jitterPart * (2 * random - 1)) * 1_000) / 1_000;
}
