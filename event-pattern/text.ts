import type { TextTest } from './accepts.ts';
import { describeJson, PatternError, type PatternPosition } from './error.ts';
import { readWildcard } from './wildcard.ts';

type ReadTextTest = (operand: unknown, position: PatternPosition) => TextTest;

/** The operators that compare texts. Each creates a test from its operand. */
export const textOperators = {
  exactly: (operand, position) => ({ op: 'exactly', text: readOperandText(operand, position) }),
  prefix: (operand, position) => ({ op: 'prefix', text: readOperandText(operand, position) }),
  suffix: (operand, position) => ({ op: 'suffix', text: readOperandText(operand, position) }),
  wildcard: (operand, position) => {
    const text = readOperandText(operand, position);
    const pieces = readWildcard(text);
    if ('allowed' in pieces) {
      throw new PatternError(position, { found: describeJson(text), allowed: pieces.allowed });
    }
    return { op: 'wildcard', pieces };
  },
  'equals-ignore-case': (operand, position) => ({
    op: 'like',
    source: `^${ignoreCase(readOperandText(operand, position))}$`,
  }),
} as const satisfies Record<string, ReadTextTest>;

/** The forms `{"prefix":{"equals-ignore-case":…}}` and the same for suffix. */
export const edgeIgnoringCase = {
  prefix: (operand, position) => ({
    op: 'like',
    source: `^${ignoreCase(readOperandText(operand, position))}`,
    quote: 'after',
  }),
  suffix: (operand, position) => ({
    op: 'like',
    source: `${ignoreCase(readOperandText(operand, position))}$`,
    quote: 'before',
  }),
} as const satisfies Record<string, ReadTextTest>;

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
