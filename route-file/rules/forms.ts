import { compilePattern, complexityLimit, patternComplexity } from '../../event-pattern/index.ts';
import { toLongestLiteral } from './bus.ts';
import type { ClauseField, Matcher } from './clause.ts';

/** A possible translation of a selector to matchers. */
export interface Form {
  readonly field: ClauseField;
  readonly matchers: readonly Matcher[];
}

/** The chosen form. `wide` explains why it is wider than the selector. */
export interface ChosenForm extends Form {
  readonly wide?: Widening;
}

/** Why a pattern is wider than its route, and what it matches. */
export type Widening =
  | {
      /** Wildcard complexity of the narrow form. */
      readonly complexity: number;
      /** Text that all matched names begin with. Empty: any name. */
      readonly head: string;
    }
  /** The names of `except`, which the pattern matches too. */
  | { readonly except: readonly string[] };

/**
 * The two forms of a selector. EventBridge may reject the narrow form; it accepts the wider form.
 */
export interface FormChoice {
  readonly narrow: Form;
  readonly wider: Form;
  /** Text that a name begins with in the wider form. */
  readonly head: string;
}

/** Returns the narrow form if EventBridge accepts it, otherwise the wider form. */
export function chooseForm({ narrow, wider, head }: FormChoice): ChosenForm {
  return isTooComplex(narrow.matchers)
    ? { ...wider, wide: { complexity: complexityOf(narrow.matchers), head } }
    : narrow;
}

/**
 * True if the matchers of a field exceed the complexity limit of EventBridge.
 *
 * @param copies number of alternatives of a `$or` beside the field: the engine adds up the field
 * for each of them
 */
export function isTooComplex(matchers: readonly Matcher[], copies = 1): boolean {
  return complexityOf(matchers, copies, complexityLimit + 1) > complexityLimit;
}

function complexityOf(matchers: readonly Matcher[], copies = 1, most?: number): number {
  if (!matchers.some(hasWildcard)) return 0;
  // The engine reads fields in the order of their names.
  const others = Array.from({ length: copies }, (_, at) => ({ [`or${at}`]: [''] }));
  const pattern = { of: matchers, ...(copies > 1 && { $or: others }) };
  const resolved: unknown = JSON.parse(toLongestLiteral(JSON.stringify(pattern)));
  return patternComplexity(compilePattern(resolved), most);
}

/** True if a matcher adds to the complexity of its field. */
export function hasWildcard(matcher: Matcher): boolean {
  return typeof matcher === 'object' && ('wildcard' in matcher || 'anything-but' in matcher);
}

/** Returns the text before the first `*`, and whether the only star is at the end. */
export function readGlob(glob: string): { readonly head: string; readonly isPrefix: boolean } {
  const at = glob.indexOf('*');
  return { head: glob.slice(0, at), isPrefix: at === glob.length - 1 };
}

/** Matches texts that begin with `text`, after a fixed head or after any text. */
export function beginning(head: string | undefined, text: string): Matcher {
  return head === undefined ? { wildcard: `*${text}*` } : { prefix: `${head}${text}` };
}
