import { describeJson, PatternError, type PatternPosition } from './error.ts';
import { fitsWildcard, readWildcard } from './wildcard.ts';

/** Whether a text of an event matches. */
export type TextPredicate = (text: string) => boolean;

/**
 * The operators that compare texts. Each creates a predicate from its operand.
 *
 * The engine compares a value with its JSON quotes. So the closing quote can be part of a prefix,
 * and the opening quote part of a suffix: the prefix `a"` means exactly `a` (event-ruler 2.1.0).
 */
export const textPredicates = {
  exactly(operand, position) {
    const text = readOperandText(operand, position);
    return function equalsText(value) {
      return value === text;
    };
  },
  prefix(operand, position) {
    const text = readOperandText(operand, position);
    return function hasPrefix(value) {
      return `${value}"`.startsWith(text);
    };
  },
  suffix(operand, position) {
    const text = readOperandText(operand, position);
    return function hasSuffix(value) {
      return `"${value}`.endsWith(text);
    };
  },
  wildcard(operand, position) {
    const text = readOperandText(operand, position);
    const wildcard = readWildcard(text);
    if ('allowed' in wildcard) {
      throw new PatternError(position, { found: describeJson(text), allowed: wildcard.allowed });
    }
    return function matchesWildcardText(value) {
      return fitsWildcard(value, wildcard);
    };
  },
  'equals-ignore-case'(operand, position) {
    const expression = new RegExp(`^${ignoreCase(readOperandText(operand, position))}$`);
    return function equalsIgnoringCase(value) {
      return expression.test(value);
    };
  },
} as const satisfies Record<string, (operand: unknown, position: PatternPosition) => TextPredicate>;

/** The forms `{"prefix":{"equals-ignore-case":…}}` and the same for suffix. */
export const edgeIgnoringCase = {
  prefix(operand, position) {
    const expression = new RegExp(`^${ignoreCase(readOperandText(operand, position))}`);
    return function hasPrefixIgnoringCase(value) {
      return expression.test(`${value}"`);
    };
  },
  suffix(operand, position) {
    const expression = new RegExp(`${ignoreCase(readOperandText(operand, position))}$`);
    return function hasSuffixIgnoringCase(value) {
      return expression.test(`"${value}`);
    };
  },
} as const satisfies Record<string, (operand: unknown, position: PatternPosition) => TextPredicate>;

/** Reads an operand that must be a string. @throws {PatternError} */
export function readOperandText(operand: unknown, position: PatternPosition): string {
  if (typeof operand === 'string') return operand;
  throw new PatternError(position, { found: describeJson(operand), allowed: 'a string' });
}

/**
 * A regular expression for a text with each character in both cases, as in the engine.
 *
 * It does no case folding of whole words. The engine reads UTF-16 code units separately, so a
 * character outside the Basic Multilingual Plane becomes two question marks and never matches
 * itself (event-ruler 2.1.0, EqualsIgnoreCaseParser.java).
 */
function ignoreCase(text: string): string {
  const alternatives = [...Array(text.length).keys()].map((at) => {
    const character = text.charAt(at).replace(/[\ud800-\udfff]/, '?');
    const cases = new Set([character.toLowerCase(), character.toUpperCase()]);
    return `(?:${[...cases].map(escapeForRegExp).join('|')})`;
  });
  return alternatives.join('');
}

const escapeForRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
