import { compilePattern, complexityLimit, patternComplexity } from '../../event-pattern/index.ts';
import { toLongestLiteral } from './bus.ts';
import type { ClauseField, Matcher } from './clause.ts';

/** One way of asking EventBridge for what a selector names. */
export interface Form {
  readonly field: ClauseField;
  readonly matchers: readonly Matcher[];
}

/** The form that is used, and what was wrong with the narrow one where it is a wider one. */
export interface ChosenForm extends Form {
  readonly wide?: Widening;
}

/** Why a pattern matches more than its route asks for, and what it matches. */
export interface Widening {
  /** The wildcard complexity of the narrow form. */
  readonly complexity: number;
  /** What all names begin with that are matched; empty: any name. */
  readonly head: string;
}

/** A selector whose narrow form EventBridge may refuse, and the wider form that it takes at any rate. */
export interface FormChoice {
  readonly narrow: Form;
  readonly wider: Form;
  /** What the wider form asks of a name: that it begins so. */
  readonly head: string;
}

/** The narrow form where EventBridge takes it, else the wider one. */
export function chooseForm({ narrow, wider, head }: FormChoice): ChosenForm {
  return isTooComplex(narrow.matchers)
    ? { ...wider, wide: { complexity: complexityOf(narrow.matchers), head } }
    : narrow;
}

/** Whether a field with these matchers is more complex than EventBridge accepts. */
export function isTooComplex(matchers: readonly Matcher[]): boolean {
  return complexityOf(matchers, complexityLimit + 1) > complexityLimit;
}

function complexityOf(matchers: readonly Matcher[], most?: number): number {
  if (!matchers.some(hasWildcard)) return 0;
  const resolved: unknown = JSON.parse(toLongestLiteral(JSON.stringify({ of: matchers })));
  return patternComplexity(compilePattern(resolved), most);
}

/** Whether a matcher adds to the complexity of its field. */
export function hasWildcard(matcher: Matcher): boolean {
  return typeof matcher === 'object' && 'wildcard' in matcher;
}

/** What a name with `*` begins with, and whether the star at its end is the only one. */
export function readGlob(glob: string): { readonly head: string; readonly isPrefix: boolean } {
  const at = glob.indexOf('*');
  return { head: glob.slice(0, at), isPrefix: at === glob.length - 1 };
}

/** Whatever begins so, after a fixed head or after anything. */
export function beginning(head: string | undefined, text: string): Matcher {
  return head === undefined ? { wildcard: `*${text}*` } : { prefix: `${head}${text}` };
}
