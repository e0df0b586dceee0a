import type { Automaton } from './pattern-automaton.ts';
import { PatternRefusal } from './pattern-syntax.ts';

/** Positions that can follow each other in a circle, from one repetition. */
type Loop = readonly number[];

/** Maximum number of positions in a loop. The check takes their square in time. */
const maxLoopPositions = 64;
/** Maximum number of loops in a row that can match one text. Two take quadratic time. */
const maxLoopsInRow = 2;

/**
 * Rejects a pattern whose matching may take exponential or cubic time, because the engine tries
 * every way to divide a text among the repetitions before it rejects the text.
 *
 * - Exponential: a text leads from a position of a loop back to it in two ways (`(a+)+`, `(a|a)*`).
 * - Cubic: three loops in a row can match one text (`.*.*.*`).
 *
 * It may reject a harmless pattern, but not the reverse, apart from ambiguous parts that are
 * written out without a repetition.
 *
 * @throws {PatternRefusal}
 */
export function refuseSlowPattern(automaton: Automaton): void {
  const loops = findLoops(automaton);
  for (const loop of loops) refuseTwoWays(automaton, loop);
  refuseLoopsInRow(automaton, loops);
}

function refuseTwoWays(automaton: Automaton, loop: Loop): void {
  if (loop.length > maxLoopPositions) {
    throw new PatternRefusal(
      `it repeats a part with more than ${maxLoopPositions} characters and repetitions`,
    );
  }
  const inside = new Set(loop);
  const isTwice = loop.some((from) =>
    [...(automaton.follow[from] ?? [])].some(([to, ways]) => inside.has(to) && ways > 1),
  );
  // Two readers start at one position, are at different ones, and meet again at one.
  const parting = findPairs(automaton, loop);
  const meeting = findPairs(reverse(automaton), loop);
  const isAmbiguous = [...parting].some(([key, [one, other]]) => one !== other && meeting.has(key));
  if (isTwice || isAmbiguous) {
    throw new PatternRefusal('a repeated part can match one text in two ways');
  }
}

type Pair = readonly [number, number];

/**
 * Finds the pairs of positions that two readers of one text can reach. Both start at the same
 * position of the loop. The first does not leave the loop, the second may.
 */
function findPairs({ sets, follow }: Automaton, loop: Loop): ReadonlyMap<number, Pair> {
  const inside = new Set(loop);
  const found = new Map<number, Pair>();
  const open: Pair[] = loop.map((position) => [position, position]);
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    for (const one of follow[pair[0]]?.keys() ?? []) {
      if (!inside.has(one)) continue;
      for (const other of follow[pair[1]]?.keys() ?? []) {
        const key = one * sets.length + other;
        if (found.has(key) || ((sets[one] ?? 0n) & (sets[other] ?? 0n)) === 0n) continue;
        found.set(key, [one, other]);
        open.push([one, other]);
      }
    }
  }
  return found;
}

function reverse({ sets, follow }: Automaton): Automaton {
  const reversed = sets.map(() => new Map<number, number>());
  for (const [from, following] of follow.entries()) {
    for (const [to, ways] of following) reversed[to]?.set(from, ways);
  }
  return { sets, follow: reversed };
}

function refuseLoopsInRow(automaton: Automaton, loops: readonly Loop[]): void {
  const loopOf = new Map(
    loops.flatMap((loop) => loop.map((position) => [position, loop] as const)),
  );
  const lengths = new Map<Loop, number>();
  const toLength = (loop: Loop): number => {
    const known = lengths.get(loop);
    if (known !== undefined) return known;
    const next = new Set<Loop>();
    for (const [, other] of findPairs(automaton, loop).values()) {
      const reached = loopOf.get(other);
      if (reached !== undefined && reached !== loop) next.add(reached);
    }
    const length = 1 + Math.max(0, ...[...next].map(toLength));
    lengths.set(loop, length);
    return length;
  };
  if (loops.some((loop) => toLength(loop) > maxLoopsInRow)) {
    throw new PatternRefusal(
      `more than ${maxLoopsInRow} repetitions in a row can match the same text`,
    );
  }
}

/** The strongly connected positions (Tarjan's algorithm), without single positions. */
function findLoops({ follow }: Automaton): readonly Loop[] {
  const loops: Loop[] = [];
  const indexes = new Map<number, number>();
  const lows = new Map<number, number>();
  const stack: number[] = [];
  const visit = (position: number): number => {
    const index = indexes.size;
    indexes.set(position, index);
    stack.push(position);
    let low = index;
    for (const next of follow[position]?.keys() ?? []) {
      if (!indexes.has(next)) low = Math.min(low, visit(next));
      else if (stack.includes(next)) low = Math.min(low, indexes.get(next) ?? low);
    }
    lows.set(position, low);
    if (low === index) {
      const loop = stack.splice(stack.indexOf(position));
      if (loop.length > 1 || follow[position]?.has(position)) loops.push(loop);
    }
    return low;
  };
  for (const position of follow.keys()) {
    if (!indexes.has(position)) visit(position);
  }
  return loops;
}
