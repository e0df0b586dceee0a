import type { Combination, Pattern } from './pattern.ts';
import { ValueTrie } from './value-trie.ts';
import { readWildcard } from './wildcard.ts';

/**
 * The highest complexity that EventBridge accepts; beyond, it answers `InvalidEventPatternException`, "Rule is too complex".
 *
 * Inferred: AWS states no number. Patterns of 8 and 9 were accepted, patterns of 12 and 16 refused (public reports,
 * each measured with event-ruler).
 */
export const complexityLimit = 10;

/** Beyond this the exact number is of no use, and the search would take long. */
const defaultMost = 100;

/** What the engine looks at next, once a value of a field has fitted: a machine for each field. */
type State = Map<string, FieldMachine>;

interface FieldMachine {
  readonly trie: ValueTrie;
  readonly nextByTest: Map<string, State>;
}

/**
 * The wildcard complexity of a pattern, as AWS's engine computes it (event-ruler 2.1.0, `Machine.evaluateComplexity`).
 *
 * The most complex field counts, not the sum. Exact values, `prefix`, `suffix` and `equals-ignore-case` cost nothing;
 * `wildcard` and `anything-but` with `wildcard` do. Alternatives of `$or` add up where they look at the same field.
 *
 * @param most where the search stops: the result is never higher
 */
export function patternComplexity({ combinations }: Pattern, most = defaultMost): number {
  const start: State = new Map();
  const tries: ValueTrie[] = [];
  for (const steps of combinations) addCombination(start, steps, tries);
  return Math.max(0, ...tries.map((trie) => trie.complexity(most)));
}

/** Alternatives that begin alike go the same way, and meet in the same state. New tries are added to `tries`. */
function addCombination(state: State, [step, ...rest]: Combination, tries: ValueTrie[]) {
  if (step === undefined) return;
  let machine = state.get(step.path);
  if (machine === undefined) {
    machine = { trie: new ValueTrie(), nextByTest: new Map() };
    state.set(step.path, machine);
    tries.push(machine.trie);
  }
  const reached: State[] = [];
  for (const entry of step.entries) {
    const texts = toWildcards(entry);
    const key = toKey(entry, texts);
    const next = machine.nextByTest.get(key) ?? reached.at(-1) ?? new Map();
    machine.nextByTest.set(key, next);
    for (const text of texts) machine.trie.add(key, readPieces(text));
    reached.push(next);
  }
  for (const next of new Set(reached)) addCombination(next, rest, tries);
}

/** The texts with asterisks in one entry of a field: of `wildcard`, and of `anything-but` with it. */
function toWildcards(entry: unknown): readonly string[] {
  if (typeof entry !== 'object' || entry === null) return [];
  if ('anything-but' in entry) return toWildcards(entry['anything-but']);
  const texts: readonly unknown[] = 'wildcard' in entry ? [entry.wildcard].flat() : [];
  return [...new Set(texts.filter((text) => typeof text === 'string'))];
}

/** One value and a list with that value are the same pattern, and so are lists in another order. */
function toKey(entry: unknown, texts: readonly string[]): string {
  if (typeof entry !== 'object' || entry === null || texts.length === 0)
    return JSON.stringify(entry);
  return JSON.stringify([Object.keys(entry), texts.toSorted()]);
}

function readPieces(text: string): readonly string[] {
  const pieces = readWildcard(text);
  return 'wrong' in pieces ? [] : pieces;
}
