import type { GlobalName } from '../../autosys/names.ts';

/**
 * Minimum length of a common prefix; a shorter one matches too much to be better than the whole
 * list.
 */
const shortestPrefix = 3;
/**
 * Maximum length of a useful list, about 150 KB; a longer one costs AutoSys more than ten single
 * reads.
 */
const mostLines = 2_000;
/** Milliseconds for which variables are read one by one after a list was of no use. */
const singlyForMs = 15 * 60_000;
/** Maximum number of remembered patterns. */
const mostPatterns = 100;

/** The request that lists certain variables. */
export interface ListQuery {
  /** Common prefix; empty for the whole list. */
  readonly prefix: string;
  /** For `autorep -G`. */
  readonly pattern: string;
}

/** The narrowest list that holds all of the names. @param names at least one */
export function toListQuery(names: readonly GlobalName[]): ListQuery {
  const [first = '', ...others] = names;
  let prefix: string = first;
  for (const name of others) {
    while (!name.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix.length < shortestPrefix
    ? { prefix: '', pattern: 'ALL' }
    : { prefix, pattern: `${prefix}%` };
}

/**
 * Remembers which lists are of no use at one AutoSys instance, so that variables are read one by
 * one for a while.
 */
export class ListMemory {
  readonly #now: () => Date;
  /** Lists that are too long, by prefix. */
  readonly #long = new Map<string, number>();
  readonly #uncertain = new Map<string, number>();
  #unusableUntilMs = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Whether no list is of use. */
  get isOff(): boolean {
    return this.#nowMs() < this.#unusableUntilMs;
  }

  /** Whether this list or a part of it was too long, or it showed no value for certain. */
  isOfNoUse({ prefix }: ListQuery): boolean {
    const isNow = (untilMs: number | undefined) => (untilMs ?? 0) > this.#nowMs();
    const isLong = [...this.#long].some(
      ([long, untilMs]) => long.startsWith(prefix) && isNow(untilMs),
    );
    return this.isOff || isLong || isNow(this.#uncertain.get(prefix));
  }

  /** The release, its permissions or its replies allow no list. */
  setUnusable(): void {
    this.#unusableUntilMs = this.#nowMs() + singlyForMs;
  }

  /** @param isCertain whether the list showed the value of any variable for certain */
  learn(
    { prefix }: ListQuery,
    facts: { readonly lines: number; readonly isCertain: boolean },
  ): void {
    if (facts.lines > mostLines) remember(this.#long, prefix, this.#nowMs() + singlyForMs);
    if (!facts.isCertain) remember(this.#uncertain, prefix, this.#nowMs() + singlyForMs);
  }

  #nowMs(): number {
    return this.#now().getTime();
  }
}

function remember(untilByPrefix: Map<string, number>, prefix: string, untilMs: number): void {
  if (untilByPrefix.size >= mostPatterns) untilByPrefix.clear();
  untilByPrefix.set(prefix, untilMs);
}
