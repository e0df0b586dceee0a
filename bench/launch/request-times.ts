/** A request of one of many waiters, in milliseconds of one clock. */
export interface TimedRequest {
  readonly waiter: number;
  readonly atMs: number;
}

/** The largest number of requests within one interval of a fixed grid, per second. */
export function toPeakPerSecond(requests: readonly TimedRequest[], intervalMs = 1_000): number {
  const counts = [...countByInterval(requests, intervalMs).values()];
  return (Math.max(0, ...counts) / intervalMs) * 1_000;
}

/**
 * Pairs of different waiters within one interval, as a multiple of what chance gives: 1 for requests
 * at random times, more for waiters in step.
 *
 * @param spanMs length of the time in which the requests were sent
 */
export function toCoincidence(
  requests: readonly TimedRequest[],
  { intervalMs, spanMs }: { readonly intervalMs: number; readonly spanMs: number },
): number {
  // Two requests of one waiter in a row, such as a refused hold and its poll, count once.
  const once = [
    ...new Map(
      requests.map((one) => [`${one.waiter} ${Math.floor(one.atMs / intervalMs)}`, one]),
    ).values(),
  ];
  const pairs = sumPairs(countByInterval(once, intervalMs).values());
  const perWaiter = Map.groupBy(once, ({ waiter }) => waiter).values();
  const own = sumPairs([...perWaiter].map(({ length }) => length));
  return pairs / ((sumPairs([once.length]) - own) * (intervalMs / spanMs));
}

/**
 * Number of pairs of waiters in step: `inARow` successive requests of both fall into the same
 * intervals.
 */
export function countPairsInStep(
  requests: readonly TimedRequest[],
  { intervalMs, inARow }: { readonly intervalMs: number; readonly inARow: number },
): number {
  const byInterval = Map.groupBy(requests, ({ atMs }) => Math.floor(atMs / intervalMs));
  const intervals = [...byInterval].toSorted(([one], [other]) => one - other);
  const turns = new Map<number, number>();
  /** By pair: the last requests of both that met, and how many met in a row. */
  const meetings = new Map<string, { readonly turns: string; readonly inARow: number }>();
  const inStep = new Set<string>();
  for (const [, present] of intervals) {
    const waiters = [...new Set(present.map(({ waiter }) => waiter))].toSorted((a, b) => a - b);
    for (const waiter of waiters) turns.set(waiter, (turns.get(waiter) ?? 0) + 1);
    for (const [at, one] of waiters.entries()) {
      for (const other of waiters.slice(at + 1)) {
        const pair = `${one} ${other}`;
        const [turn = 0, otherTurn = 0] = [turns.get(one), turns.get(other)];
        const last = meetings.get(pair);
        const follows = last?.turns === `${turn - 1} ${otherTurn - 1}`;
        const row = follows ? last.inARow + 1 : 1;
        meetings.set(pair, { turns: `${turn} ${otherTurn}`, inARow: row });
        if (row >= inARow) inStep.add(pair);
      }
    }
  }
  return inStep.size;
}

function sumPairs(counts: Iterable<number>): number {
  let sum = 0;
  for (const count of counts) sum += (count * (count - 1)) / 2;
  return sum;
}

function countByInterval(
  requests: readonly TimedRequest[],
  intervalMs: number,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { atMs } of requests) {
    const at = Math.floor(atMs / intervalMs);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}
