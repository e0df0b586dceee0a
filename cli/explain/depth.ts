/** Maximum depth of an event. No AWS event is deeper, and recursive functions can handle it. */
export const maxDepth = 500;

/** True for a value with more than {@link maxDepth} levels of objects and arrays. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
