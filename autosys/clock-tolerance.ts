/** Maximum difference between two clocks that is ignored, in milliseconds. */
export const clockToleranceMs = 2 * 60_000;
