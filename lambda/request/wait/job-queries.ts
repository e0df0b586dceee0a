import type { JobName } from '../../../autosys/names.ts';

/** One request for jobs. */
export interface JobQuery {
  /** For `autorep -J`: a name, or a common prefix and `%`. */
  readonly pattern: string;
  readonly names: readonly JobName[];
}

/** Minimum length of a common prefix. A shorter one matches too much. */
const shortestPrefix = 3;
/** Maximum length of a useful list, in lines; a longer one costs AutoSys more than single reads. */
const mostLines = 2_000;
/** Lines that each awaited job is worth: a single read prints five. */
const linesPerJob = 50;
/** Milliseconds for which a list that was too long is not requested again. */
const longForMs = 15 * 60_000;
/** Maximum number of remembered patterns. */
const mostPatterns = 100;

/** Remembers which lists of one AutoSys instance are of no use. */
export class JobListMemory {
  readonly #longUntilMs = new Map<string, number>();
  #unusableUntilMs = 0;

  /** Whether no list can be read in this release, so that jobs are read one by one. */
  isOff(nowMs: number): boolean {
    return nowMs < this.#unusableUntilMs;
  }

  isLong(pattern: string, nowMs: number): boolean {
    return nowMs < (this.#longUntilMs.get(pattern) ?? 0);
  }

  setUnusable(nowMs: number): void {
    this.#unusableUntilMs = nowMs + longForMs;
  }

  /** Records the length of a list. */
  learn({ pattern, names }: JobQuery, lines: number, nowMs: number): void {
    if (lines > Math.min(mostLines, linesPerJob * names.length)) this.avoid(pattern, nowMs);
  }

  /** Records that a list is of no use. */
  avoid(pattern: string, nowMs: number): void {
    if (this.#longUntilMs.size >= mostPatterns) this.#longUntilMs.clear();
    this.#longUntilMs.set(pattern, nowMs + longForMs);
  }
}

/**
 * The fewest requests for certain jobs: one for each group of names with a common prefix, which is
 * divided if its list was too long. Pure.
 *
 * `autorep -J` takes one name or one pattern (11.3.6 reference).
 *
 * @param isLong whether the list of a pattern is known to be too long
 */
export function toJobQueries(
  names: readonly JobName[],
  isLong: (pattern: string) => boolean,
): readonly JobQuery[] {
  const sorted = [...new Set(names)].sort();
  return divide(sorted, 0, isLong);
}

function divide(
  names: readonly JobName[],
  from: number,
  isLong: (pattern: string) => boolean,
): readonly JobQuery[] {
  const [first, second] = names;
  if (first === undefined) return [];
  if (second === undefined) return [{ pattern: first, names }];
  const length = toCommonLength(names, from);
  const pattern = `${first.slice(0, length)}%`;
  if (length >= shortestPrefix && !isLong(pattern)) return [{ pattern, names }];
  const groups = Map.groupBy(names, (name) => name.slice(0, length + 1));
  return [...groups.values()].flatMap((group) => divide(group, length + 1, isLong));
}

/** Length of the common prefix. @param from a length that is known to be common */
function toCommonLength(sorted: readonly JobName[], from: number): number {
  const [first = ''] = sorted;
  const last = sorted.at(-1) ?? '';
  let length = from;
  while (length < first.length && first[length] === last[length]) length += 1;
  return length;
}
