/** Finds the word somebody meant: the nearest of the candidates, at most two slips away and less than half the word. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const reach = Math.min(2, Math.floor((word.length - 1) / 2));
  let nearest: string | undefined;
  let least = reach + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const slips = countSlips(word, candidate);
    if (slips < least) {
      nearest = candidate;
      least = slips;
    }
  }
  return nearest;
}

/** Such as `; did you mean machine?`, or nothing: the end of a message about an unknown word. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = suggest(word, candidates);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Letters left out, added, changed, or swapped with their neighbour (optimal string alignment distance). */
function countSlips(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
        swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = above;
    above = current;
  }
  return at(above, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
