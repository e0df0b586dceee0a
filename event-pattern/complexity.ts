import type { Combination, Pattern } from './match.ts';
import { ValueTrie } from './value-trie.ts';
import { readWildcard } from './wildcard.ts';

/**
 * Maximum complexity that EventBridge accepts.
 *
 * Above it, EventBridge returns `InvalidEventPatternException`, "Rule is too complex". The number
 * is inferred, because AWS documents none: patterns of 8 and 9 were accepted, patterns of 12 and 16
 * rejected (public reports, each measured with event-ruler).
 */
export const complexityLimit = 10;

/** Above this value the exact number is not needed, and the search would be slow. */
const defaultMost = 100;

/** The fields that the engine tests next, after a value has matched: one machine per field. */
type State = Map<string, FieldMachine>;

interface FieldMachine {
  readonly trie: ValueTrie;
  readonly nextByTest: Map<string, State>;
}

/**
 * The wildcard complexity of a pattern, as the engine of AWS computes it.
 *
 * Source: event-ruler 2.1.0, `Machine.evaluateComplexity`. The result is the complexity of the most
 * complex field, not the sum. Only `wildcard` and `anything-but` with `wildcard` count. Exact
 * values, `prefix`, `suffix` and `equals-ignore-case` do not. Alternatives of `$or` on the same
 * field are added.
 *
 * @param most limit of the search: the result is never higher
 */
export function patternComplexity({ combinations }: Pattern, most = defaultMost): number {
  const start: State = new Map();
  const tries: ValueTrie[] = [];
  for (const steps of combinations) addCombination(start, steps, tries);
  return Math.max(0, ...tries.map((trie) => trie.complexity(most)));
}

/** Adds a combination. Equal beginnings share their states. New tries are added to `tries`. */
function addCombination(state: State, [step, ...rest]: Combination, tries: ValueTrie[]) {
  if (step === undefined) return;
  let machine = state.get(step.path);
  if (machine === undefined) {
    machine = { trie: new ValueTrie(), nextByTest: new Map() };
    state.set(step.path, machine);
    tries.push(machine.trie);
  }
  const reached: State[] = [];
  for (const entry of step.entries ?? []) {
    const texts = toWildcards(entry);
    const key = toKey(entry, texts);
    const next = machine.nextByTest.get(key) ?? reached.at(-1) ?? new Map();
    machine.nextByTest.set(key, next);
    for (const text of texts) machine.trie.add(key, readPieces(text));
    reached.push(next);
  }
  for (const next of new Set(reached)) addCombination(next, rest, tries);
}

/** The wildcard texts in one entry of a field: of `wildcard`, and of `anything-but` with it. */
function toWildcards(entry: unknown): readonly string[] {
  if (typeof entry !== 'object' || entry === null) return [];
  if ('anything-but' in entry) return toWildcards(entry['anything-but']);
  const texts: readonly unknown[] = 'wildcard' in entry ? [entry.wildcard].flat() : [];
  return [...new Set(texts.filter((text) => typeof text === 'string'))];
}

/** A value and a list with only this value have the same key. So have lists in another order. */
function toKey(entry: unknown, texts: readonly string[]): string {
  if (typeof entry !== 'object' || entry === null || texts.length === 0)
    return JSON.stringify(entry);
  return JSON.stringify([Object.keys(entry), texts.toSorted()]);
}

function readPieces(text: string): readonly string[] {
  const pieces = readWildcard(text);
  return 'allowed' in pieces ? [] : pieces;
}
