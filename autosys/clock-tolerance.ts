/** A difference up to this many milliseconds is tolerated, by whatever compares times of two clocks. */
export const clockToleranceMs = 2 * 60_000;
