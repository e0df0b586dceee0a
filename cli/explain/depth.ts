/** More levels than any event of AWS has, few enough for every function that walks through an event. */
export const mostLevels = 500;

/** True for a value with more than {@link mostLevels} objects and arrays within each other. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= mostLevels; depth += 1) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
