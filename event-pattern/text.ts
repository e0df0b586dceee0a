import { describeJson, PatternError, type PatternPosition } from './error.ts';
import { fitsWildcard, readWildcard } from './wildcard.ts';

/** Says whether a text of an event is meant. */
export type TextPredicate = (text: string) => boolean;

/**
 * The operators that compare text, each from its operand.
 *
 * The engine keeps the quotes of the JSON around a value, so the closing one can be part of a prefix and the opening one
 * of a suffix: the prefix `a"` means exactly `a` (event-ruler 2.1.0).
 */
export const textPredicates = {
  exactly(operand, place) {
    const text = readOperandText(operand, place);
    return (value) => value === text;
  },
  prefix(operand, place) {
    const text = readOperandText(operand, place);
    return (value) => `${value}"`.startsWith(text);
  },
  suffix(operand, place) {
    const text = readOperandText(operand, place);
    return (value) => `"${value}`.endsWith(text);
  },
  wildcard(operand, place) {
    const text = readOperandText(operand, place);
    const wildcard = readWildcard(text);
    if ('wrong' in wildcard) {
      throw new PatternError(place, { found: describeJson(text), allowed: wildcard.wrong });
    }
    return (value) => fitsWildcard(value, wildcard);
  },
  'equals-ignore-case'(operand, place) {
    const expression = new RegExp(`^${ignoreCase(readOperandText(operand, place))}$`);
    return (value) => expression.test(value);
  },
} as const satisfies Record<string, (operand: unknown, place: PatternPosition) => TextPredicate>;

/** The forms `{"prefix":{"equals-ignore-case":…}}` and the same for suffix. */
export const edgeIgnoringCase = {
  prefix(operand, place) {
    const expression = new RegExp(`^${ignoreCase(readOperandText(operand, place))}`);
    return (value) => expression.test(`${value}"`);
  },
  suffix(operand, place) {
    const expression = new RegExp(`${ignoreCase(readOperandText(operand, place))}$`);
    return (value) => expression.test(`"${value}`);
  },
} as const satisfies Record<string, (operand: unknown, place: PatternPosition) => TextPredicate>;

/** An operand that must be a string. @throws {PatternError} */
export function readOperandText(operand: unknown, place: PatternPosition): string {
  if (typeof operand === 'string') return operand;
  throw new PatternError(place, { found: describeJson(operand), allowed: 'a string' });
}

/**
 * Each character in both its cases, as the engine compares; not the case folding of whole words.
 *
 * The engine takes UTF-16 halves one by one, so a character beyond the first plane becomes two question marks and never
 * matches itself (event-ruler 2.1.0, EqualsIgnoreCaseParser.java).
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
