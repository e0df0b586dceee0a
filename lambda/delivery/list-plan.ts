import type { GlobalName } from '../../autosys/names.ts';

/** A shorter common prefix matches too much to be better than the whole list. */
const shortestPrefix = 3;
/** A longer list, about 150 KB, costs AutoSys more than ten single reads. */
const mostLines = 2_000;
/** Milliseconds for which variables are read singly, where a list is of no use. */
const singlyForMs = 15 * 60_000;
/** Patterns that are remembered. */
const mostPatterns = 100;

/** Which request lists certain variables. */
export interface ListQuery {
  /** What all of them begin with; empty for the whole list. */
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

/** Remembers where lists are of no use at one AutoSys, so that variables are read singly for a while. */
export class ListMemory {
  readonly #now: () => Date;
  /** By prefix. */
  readonly #long = new Map<string, number>();
  readonly #uncertain = new Map<string, number>();
  #unusableUntilMs = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Whether no list is of use at all. */
  get isOff(): boolean {
    return this.#nowMs() < this.#unusableUntilMs;
  }

  /** Whether this list was too long, or a part of it was, or it left every value uncertain. */
  isOfNoUse({ prefix }: ListQuery): boolean {
    const isNow = (untilMs: number | undefined) => (untilMs ?? 0) > this.#nowMs();
    const isLong = [...this.#long].some(
      ([long, untilMs]) => long.startsWith(prefix) && isNow(untilMs),
    );
    return this.isOff || isLong || isNow(this.#uncertain.get(prefix));
  }

  /** The release, its permissions or its answers allow no list. */
  setUnusable(): void {
    this.#unusableUntilMs = this.#nowMs() + singlyForMs;
  }

  /** @param isCertain whether the list told the value of any variable that it showed */
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
