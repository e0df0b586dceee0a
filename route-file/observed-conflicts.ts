import type { Faults } from './faults.ts';

interface Findings {
  readonly faults: Faults;
  readonly warnings: Faults;
}

/**
 * Adds a warning for each finding that the file gets when its observed routes are live. An observed
 * route sends nothing, so a conflict with a live route is no fault yet.
 *
 * @param found findings of the file as it is
 * @param live findings of the same file with every route live
 */
export function warnOfLiveFindings(found: Findings, live: Findings): void {
  const known = new Set(
    [...found.faults.problems, ...found.warnings.problems].map(
      ({ start, message }) => `${start} ${message}`,
    ),
  );
  const later = [...live.faults.problems, ...live.warnings.problems].filter(
    ({ start, message }) => !known.has(`${start} ${message}`),
  );
  found.warnings.add(
    later.map((problem) => ({
      ...problem,
      message: `once the observed routes are live: ${problem.message}`,
    })),
  );
}
