/** The median; for an even number of values the upper of the two middle ones. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/**
 * The smallest value that is not below the given share (0 to 1) of all values. @throws {RangeError}
 * for no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (found === undefined) throw new RangeError('values: found none, allowed: one or more');
  return found;
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The increase of `y` per unit of `x`, by least squares. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const middleX = mean(points.map(({ x }) => x));
  const middleY = mean(points.map(({ y }) => y));
  const covariance = points.reduce((sum, { x, y }) => sum + (x - middleX) * (y - middleY), 0);
  const variance = points.reduce((sum, { x }) => sum + (x - middleX) ** 2, 0);
  return variance === 0 ? 0 : covariance / variance;
}
